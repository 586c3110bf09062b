import type { WaitStrategy } from 'testcontainers';

/** Testcontainers' own ways to wait look at published ports or run commands inside; the lab asks the contract's door instead. */
export const alreadyStarted: WaitStrategy = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => alreadyStarted,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};
