import { rooms } from './architecture.mjs'

const folderOf = (room) => (room === 'web' ? '^web/' : `^src/${room}/`)
// The command line's everyday words must be quick, and loading a whole room takes 100 ms: some rooms have small doors beside the large one.
const smallDoors = {
  app: 'backup|doctor|init|local|record|script|server|train',
  contract: 'error',
  http: 'server',
  pipeline: 'daily|settled',
  store: 'thread',
}
const doorOf = (room) => `^src/${room}/(index|${smallDoors[room] ?? 'index'})\\.ts$`

const walls = Object.entries(rooms).flatMap(([room, allowed]) => {
  const others = Object.keys(rooms).filter((name) => name !== room)
  return [
    {
      name: `${room}-imports-only-its-row`,
      severity: 'error',
      from: { path: folderOf(room) },
      to: { path: others.filter((name) => !allowed.includes(name)).map(folderOf) },
    },
    {
      name: `${room}-goes-through-doors`,
      severity: 'error',
      from: { path: folderOf(room) },
      to: { path: others.map(folderOf), pathNot: others.map(doorOf) },
    },
  ]
})

export default {
  forbidden: [
    ...walls,
    {
      name: 'no-cycles',
      severity: 'error',
      from: {}, // A lazy import is how a list of commands loads the one that prints the list.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'every-file-is-in-a-room',
      severity: 'error',
      from: { path: '^src/', pathNot: Object.keys(rooms).map(folderOf) },
      to: {},
    },
    {
      name: 'source-does-not-import-tests',
      severity: 'error',
      from: { path: '^(src|web)/' },
      to: { path: '^(test|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    builtInModules: { add: ['node:sqlite'] },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
