/** Lets TypeScript know the matchers, both on `expect` of @jest/globals and on the global one. */
import type { RunMatchers } from './matchers.ts';

declare module 'expect' {
  // Merging adds members to an interface, and has no other form.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface Matchers<R extends void | Promise<void>> extends RunMatchers<R> {}
}

declare global {
  // The global `expect` has its matchers in a namespace of Jest's, which can be added to in no other way.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type
    interface Matchers<R> extends RunMatchers<R> {}
  }
}
