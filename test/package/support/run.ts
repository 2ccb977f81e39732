import { execFile } from 'node:child_process'

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

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
