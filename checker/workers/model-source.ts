/** Functions do not cross to another thread: a model is named by the module that exports it. */
import type { Model, ModelState } from '../model.ts';

export interface ModelSource {
  /** What `import()` takes: a package such as `porcupine-ts`, or the URL of a file, as `import.meta.resolve` gives it. */
  readonly module: string;
  /** The name under which it exports the model, or a function that makes it. */
  readonly export: string;
  /** What such a function is called with: plain data. */
  readonly arguments?: readonly unknown[];
}

/** @throws TypeError where the module does not export a model under that name. */
export async function loadModel<State extends ModelState, Input, Output>(
  source: ModelSource,
): Promise<Model<State, Input, Output>> {
  const exported: unknown = ((await import(source.module)) as Record<string, unknown>)[source.export];
  const model: unknown =
    typeof exported === 'function'
      ? (exported as (...given: readonly unknown[]) => unknown)(...(source.arguments ?? []))
      : exported;
  if (!isModel(model)) {
    throw new TypeError(
      `${source.module} exports no model under the name ${source.export}: expected an object with init and step, or a function that makes one.`,
    );
  }
  return model as Model<State, Input, Output>;
}

function isModel(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'init' in value && 'step' in value;
}
