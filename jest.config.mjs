// Tests run from source on the pinned Node, as native ES modules; @swc/jest strips the types.
const environment = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['raft-lab:source', 'node'] },
};

/** @type {import('jest').Config} */
export default {
  ...environment,
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
  testMatch: ['<rootDir>/{checker,workloads,node,lab,docker,docs,examples,bench}/**/*.test.ts'],
  // The tests of a project of its own, which examples/ci.test.ts runs as its user does.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/examples/ci/'],
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/store/'],
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/.ci/summary-reporter.mjs'],
};
