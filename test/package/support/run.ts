import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

// What is compiled in folders that are gone afterwards is not left in the user's cache.
const caches = mkdtempSync(join(tmpdir(), 'tidemill-test-cache-'))
process.once('exit', () => rmSync(caches, { recursive: true, force: true }))

/** Runs a program to its end, at most ten minutes. */
export function run(file: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    const options = {
      cwd,
      timeout: 600_000,
      maxBuffer: 1 << 26,
      env: {
        ...process.env,
        ONNXRUNTIME_NODE_INSTALL: 'skip',
        XDG_CACHE_HOME: caches,
        TIDEMILL_HOME: '',
        TIDEMILL_URL: '',
      },
    }
    execFile(file, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1
      resolve({ code, stdout, stderr })
    })
  })
}
