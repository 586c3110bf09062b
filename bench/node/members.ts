/** The processes of one cluster, taken together. */
import type { Member } from './member.ts';

export class Members implements AsyncDisposable {
  readonly #start: () => Member[];
  #running: Member[];

  /** @param start starts the members of a cluster, on the same disks each time. */
  constructor(start: () => Member[]) {
    this.#start = start;
    this.#running = start();
  }

  /** SIGKILL to every one of them, then the same again. Resolves when they are started, not when they are ready. */
  async restart(): Promise<void> {
    await Promise.all(this.#running.map((member) => member.kill()));
    this.#running = this.#start();
  }

  /** @throws Error with the end of its output when one of them does not run. */
  assertRuns(): void {
    for (const member of this.#running) member.assertRuns();
  }

  /** The processor time that all of them have used so far, in milliseconds. */
  async cpuMs(): Promise<number> {
    const each = await Promise.all(this.#running.map((member) => member.cpuMs()));
    return each.reduce((sum, ms) => sum + ms, 0);
  }

  /** The resident memory of each of them. */
  memoryBytes(): Promise<number[]> {
    return Promise.all(this.#running.map((member) => member.memoryBytes()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#running.map((member) => member[Symbol.asyncDispose]()));
  }
}
