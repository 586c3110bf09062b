import { fileURLToPath } from 'node:url';

/**
 * The path of the module `name`, beside the one whose `import.meta.url` is given, to be started as a process of its own: TypeScript when the lab runs from source, JavaScript when
 * it runs from what was built.
 */
export function moduleBeside(moduleUrl: string, name: string): string {
  return fileURLToPath(new URL(`${name}${moduleUrl.endsWith('.ts') ? '.ts' : '.js'}`, moduleUrl));
}
