// Ends what was removed in a home, and goes: `node gc-process.ts HOME`.
import { localCaller, localIdentity, openApp } from '#app'
import { operations } from '#contract'

const app = await openApp({ home: process.argv[2] ?? '' })
process.stdout.write('open\n')
await localCaller(app, 'default', localIdentity()).call(operations.runs.gc, { dry: false })
await app.close()
