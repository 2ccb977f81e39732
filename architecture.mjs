// Who may import whom. Rooms are folders of src/ (web is a folder beside it), from the ground up; a room imports only what its row says.
// `npm run check` turns this table into import rules; ARCHITECTURE.md carries the same table for readers.

/** @type {Record<string, readonly string[]>} */
export const rooms = {
  stats: [],
  contract: [],
  table: ['stats', 'contract'],
  store: ['contract'],
  query: ['table', 'store', 'contract'],
  http: ['contract'],
  auth: ['store', 'contract'],
  lake: ['table', 'store', 'query', 'contract'],
  quality: ['table', 'stats', 'contract'],
  features: ['table', 'store', 'query', 'lake', 'contract'],
  labeling: ['table', 'stats', 'store', 'lake', 'contract'],
  pipeline: ['stats', 'store', 'contract'],
  learn: ['table', 'stats', 'contract'],
  tracking: ['store', 'contract'],
  registry: ['store', 'tracking', 'contract'],
  evaluation: ['table', 'stats', 'learn', 'contract'],
  serving: ['table', 'store', 'stats', 'learn', 'features', 'registry', 'contract'],
  monitoring: ['table', 'stats', 'store', 'query', 'contract'],
  operations: ['store', 'contract', 'registry', 'pipeline'],
  app: [
    'stats',
    'contract',
    'table',
    'store',
    'query',
    'http',
    'auth',
    'lake',
    'quality',
    'features',
    'labeling',
    'pipeline',
    'learn',
    'tracking',
    'registry',
    'evaluation',
    'serving',
    'monitoring',
    'operations',
  ],
  cli: ['app', 'pipeline', 'contract'],
  web: ['contract'],
}

/** The import rules see nothing, and pass, when their TypeScript is of the wrong version; fewer modules than this is a failure. */
export const moduleFloor = 60
