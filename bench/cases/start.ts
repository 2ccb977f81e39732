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
  method: `\`tidemill server\` from the start of the process to a 200 at \`/ready\`, in a folder with a model behind an endpoint; median of ${times} after one that fills the compile cache. Beside it a Node that does nothing. The first answer is that of the runs’ page, whose code is loaded by it.`,
  run: () =>
    withFolder(async (dir) => {
      await readyProject(dir)
      const own: number[] = []
      const first: number[] = []
      const bare: number[] = []
      await untilReady(dir)
      for (let i = 0; i < times; i++) {
        const { ready, answered } = await untilReady(dir)
        own.push(ready)
        first.push(answered)
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
        {
          title: 'The first answer after that, a page of runs',
          value: median(first),
          unit: 'ms',
        },
      ]
    }),
}

async function untilReady(
  dir: string,
): Promise<{ readonly ready: number; readonly answered: number }> {
  const begin = performance.now()
  const args = ['server', '--port', '0', '--json', '--workspace', dir, '--home', '.tidemill']
  const child = spawn(
    process.execPath,
    [join(root, 'bin/tidemill.js'), ...args, '--log-level', 'warn'],
    { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { url } = JSON.parse(line.toString()) as { url: string }
  await answerOf(`${url}/ready`)
  const ready = performance.now() - begin
  await answerOf(`${url}/api/runs`)
  const answered = performance.now() - begin - ready
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
  return { ready, answered }
}

async function answerOf(url: string): Promise<void> {
  const response = await fetch(url)
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
}

async function untilExit(): Promise<number> {
  const begin = performance.now()
  await once(spawn(process.execPath, ['-e', '0']), 'exit')
  return performance.now() - begin
}
