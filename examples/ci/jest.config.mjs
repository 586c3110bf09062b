/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/tests/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript', explicitResourceManagement: true }, target: 'es2024' },
        module: { type: 'es6' },
      },
    ],
  },
  // A run takes its clients' time and some seconds beside it, and more where a cluster does not recover.
  testTimeout: 90_000,
  // Each test starts a cluster of its own, and measures time: one after another, they do not disturb each other.
  maxWorkers: 1,
};
