import module from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'

/** Starts the file `worker` that lies beside a module, whose `import.meta.url` is given, as a thread. */
export function threadBeside(here: string): Worker {
  const file = new URL(here.endsWith('.ts') ? './worker.ts' : './worker.js', here)
  // Threads do not share what bin/tidemill.js set up: without the cache one would load what strips types, for 60 ms and more.
  const cache = module.getCompileCacheDir()
  // Node keeps a folder for each of its versions below the one that it is told.
  const env = { ...process.env, ...(cache && { NODE_COMPILE_CACHE: dirname(cache) }) }
  return new Worker(file, { env })
}
