/** Import directions of the house. Each rule says why it is there. */
module.exports = {
  forbidden: [
    {
      name: 'domain-knows-no-edge',
      comment:
        'The rules of the domain must hold whatever surface asks: src/ knows no GraphQL, no HTTP, no page, no client.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(schema|gateway|web|client)/' },
    },
    {
      name: 'domain-knows-no-protocol-library',
      comment: 'GraphQL and HTTP libraries belong to schema/ and gateway/.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: 'node_modules/(graphql|graphql-yoga|@pothos)/' },
    },
    {
      name: 'schema-translates-only',
      comment: 'A resolver calls one service: it runs no SQL and knows no request.',
      severity: 'error',
      from: { path: '^schema/' },
      to: { path: '(^gateway/|-store\\.ts$)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'public-surface-stands-apart',
      comment:
        'What anybody may ask is built from published things alone: no type or context of departments comes in.',
      severity: 'error',
      from: { path: '^schema/public/' },
      to: { path: '^schema/(?!public/|day\\.ts$)' },
    },
    {
      name: 'stores-keep-to-themselves',
      comment: 'A store is the only file that touches its tables; another store never goes through it.',
      severity: 'error',
      from: { path: '^src/([^/]+)/.*-store\\.ts$' },
      to: { path: '^src/(?!$1/)[^/]+/.*-store\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pure-files-stay-pure',
      comment: 'Policies and rules can be read and tested alone: no store, no database driver.',
      severity: 'error',
      from: {
        path: '^src/(?!kernel/).*',
        pathNot: '(-store|-service|key-directory)\\.ts$|^src/(app|instance)\\.ts$',
      },
      to: { path: '(-store\\.ts$|node_modules/(pg|@prisma)/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-imports-the-edge',
      comment: 'gateway/ is where the process begins; only tests and benchmarks look into it.',
      severity: 'error',
      from: { pathNot: '^(gateway|test|bench)/' },
      to: { path: '^gateway/' },
    },
    {
      name: 'client-stands-alone',
      comment:
        'Departments install the client without the server: only its own files, jose, graphql-request and Node.',
      severity: 'error',
      from: { path: '^client/' },
      to: {
        pathNot: '^(client/|node_modules/(jose|graphql-request|graphql)/)',
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'website-sees-only-the-printed-schema',
      comment:
        'Pages are rendered from persisted operations of the public surface: nothing of the server comes into web/.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(src|schema|gateway|client|prisma)/' },
    },
    {
      name: 'server-never-uses-the-client',
      comment: 'Only the demo city speaks to the exchange as departments do, with their client.',
      severity: 'error',
      from: { path: '^(src|schema|gateway)/' },
      to: { path: '^client/' },
    },
    {
      name: 'no-circles',
      comment: 'Modules that need each other are one module.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(prisma/generated|client/dist|web/dist)/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
