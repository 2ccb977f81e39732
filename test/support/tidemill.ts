import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What a person starts: `process.execPath` runs it. */
export const program = fileURLToPath(new URL('../../bin/tidemill.js', import.meta.url))

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command line as a person would, in a folder of its own. */
export function tidemill(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { cwd, env: { ...process.env, TIDEMILL_HOME: '', TIDEMILL_URL: '', ...env } },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : 0
        resolve({ code, stdout, stderr })
      },
    )
  })
}
