import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { BenchCase } from '../figure.ts'
import { root, withFolder } from '../support/folder.ts'
import { median } from '../support/median.ts'
import { readyProject } from '../support/ready-project.ts'

const times = 7

export const start: BenchCase = {
  name: 'start',
  method: `\`tidemill server\` from the start of the process to a 200 at \`/ready\`, in a folder with a model behind an endpoint; median of ${times} after one that fills the compile cache. Beside it a Node that does nothing.`,
  run: () =>
    withFolder(async (dir) => {
      await readyProject(dir)
      const own: number[] = []
      const bare: number[] = []
      await untilReady(dir)
      for (let i = 0; i < times; i++) {
        own.push(await untilReady(dir))
        bare.push(await untilExit())
      }
      return [
        {
          title: 'Start of the server until it is ready',
          value: median(own),
          unit: 'ms',
          most: 1000,
          baseline: { title: '`node -e 0`', value: median(bare) },
        },
      ]
    }),
}

async function untilReady(dir: string): Promise<number> {
  const begin = performance.now()
  const args = ['server', '--port', '0', '--json', '--workspace', dir, '--home', '.tidemill']
  const child = spawn(
    process.execPath,
    [join(root, 'bin/tidemill.js'), ...args, '--log-level', 'warn'],
    { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { url } = JSON.parse(line.toString()) as { url: string }
  const response = await fetch(`${url}/ready`)
  await response.body?.cancel()
  if (!response.ok) throw new Error(`/ready answers ${response.status}`)
  const ms = performance.now() - begin
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
  return ms
}

async function untilExit(): Promise<number> {
  const begin = performance.now()
  await once(spawn(process.execPath, ['-e', '0']), 'exit')
  return performance.now() - begin
}
