/** The house rules as data: who may import whom. `lab/architecture.test.ts` plants a violation of each and sees it reported. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'checker-imports-nothing',
      severity: 'error',
      from: { path: '^checker/', pathNot: '\\.(test|property)\\.ts$|\\.test\\.ts$|^checker/(cli|workers)/' },
      to: { pathNot: '^checker/' },
    },
    {
      name: 'checker-imports-no-package-of-ours',
      severity: 'error',
      from: { path: '^checker/' },
      to: { path: '^(workloads|node|lab)/' },
    },
    {
      name: 'workloads-import-only-the-checker',
      severity: 'error',
      from: { path: '^workloads/' },
      to: { path: '^(node|lab)/' },
    },
    {
      name: 'node-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^node/' },
      to: { path: '^(checker|workloads|lab)/' },
    },
    {
      name: 'core-imports-nothing',
      severity: 'error',
      from: { path: '^node/core/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^node/core/' },
    },
    {
      name: 'lab-meets-node-only-in-sim',
      severity: 'error',
      from: { path: '^lab/', pathNot: '^lab/cluster/sim/' },
      to: { path: '^node/' },
    },
    {
      name: 'engine-only-behind-the-docker-cluster',
      severity: 'error',
      from: { path: '^lab/', pathNot: '^lab/cluster/docker/' },
      to: { path: 'node_modules/(testcontainers|dockerode)/' },
    },
    {
      name: 'express-only-at-http-doors',
      severity: 'error',
      from: {
        path: '^(lab|node)/',
        pathNot: '^(node/http|lab/links/built-in|lab/pages)/|\\.test\\.ts$|/testdata/',
      },
      to: { path: 'node_modules/express/' },
    },
    {
      name: 'nemeses-know-only-the-port',
      severity: 'error',
      from: { path: '^lab/(nemesis|run|client|plan)/' },
      to: { path: '^lab/cluster/(docker|process|sim)/' },
    },
    {
      name: 'verdicts-never-touch-a-cluster',
      severity: 'error',
      from: { path: '^lab/(verdict|report|history)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^lab/(cluster|links|nemesis|run|client)/', pathNot: '^lab/links/links\\.ts$' },
    },
    {
      name: 'grades-never-touch-a-cluster',
      severity: 'error',
      from: { path: '^lab/grade/(judging|score|outputs)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^lab/(cluster|links|nemesis|run|client|cli)/' },
    },
    {
      name: 'front-doors-know-nothing-of-each-other',
      severity: 'error',
      from: { path: '^lab/(setup|jest)/' },
      to: { path: '^lab/cli/' },
    },
    {
      name: 'packages-have-one-door',
      severity: 'error',
      from: { path: '^(checker|workloads|node|lab)/' },
      to: {
        path: '^(checker|workloads|node|lab)/(?!index\\.ts$)',
        pathNot: ['^$1/', '^node/(core|registers)/'],
      },
    },
    {
      name: 'only-tests-import-tests',
      severity: 'error',
      from: { pathNot: '\\.(test|conformance)\\.ts$' },
      to: { path: '\\.test\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|store|testdata)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['raft-lab:source', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
