/** Lets TypeScript know the matchers, both on `expect` of @jest/globals and on the global one. */
import type { RunMatchers } from './matchers.ts';

declare module 'expect' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- merging adds members to an interface, and has no other form
  interface Matchers<R extends void | Promise<void>> extends RunMatchers<R> {}
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- the global `expect` has its matchers in a namespace of Jest's
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- as above
    interface Matchers<R> extends RunMatchers<R> {}
  }
}
