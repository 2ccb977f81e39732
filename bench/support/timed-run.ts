import { spawn } from 'node:child_process'

/** Runs a program to its end and resolves with the seconds it took; rejects with what it said when it fails. */
export function timedRun(file: string, args: readonly string[], cwd: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const begin = performance.now()
    const child = spawn(file, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (said = (said + String(chunk)).slice(-4000)))
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0) resolve((performance.now() - begin) / 1000)
      else reject(new Error(`${file} ${args.join(' ')} ended with ${code}: ${said}`))
    })
  })
}
