import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { BenchCase } from '../figure.ts'
import { withFolder } from '../support/folder.ts'
import { startLoad } from '../support/load.ts'
import { median } from '../support/median.ts'
import { readyProject } from '../support/ready-project.ts'
import { serve } from '../support/serve.ts'

const connections = 8
const seconds = 3
const rounds = 5
const bareProcess = fileURLToPath(new URL('../support/bare-process.ts', import.meta.url))

export const predict: BenchCase = {
  name: 'predict',
  method: `The example’s nearest-neighbour model over HTTP (Open Inference Protocol, one row a request, ${connections} connections, clients in a process of their own on the same machine), the log of predictions on and off by turns: ${rounds} rounds of ${seconds} s each, medians. Beside it the same model in bare ONNX Runtime, one row after another in one process.`,
  run: () =>
    withFolder(async (dir) => {
      const { model, path, body } = await readyProject(dir)
      const bare = await promisify(execFile)(process.execPath, [bareProcess, model, '3'])
      const served = await serve(dir)
      const load = startLoad()
      try {
        const round = { url: `${served.url}${path}`, body, connections, seconds }
        await load.run(round)
        const [on, off, p50, p99]: [number[], number[], number[], number[]] = [[], [], [], []]
        for (let i = 0; i < rounds; i++) {
          // By turns, each first as often: a machine that grows slower is no cost of the log.
          for (const logged of i % 2 === 0 ? [true, false] : [false, true]) {
            await served.log(logged)
            const result = await load.run(round)
            ;(logged ? on : off).push(result.perSecond)
            if (!logged) continue
            p50.push(result.p50)
            p99.push(result.p99)
          }
        }
        return [
          {
            title: 'Predictions over HTTP, one row each',
            value: median(on),
            unit: '/s',
            least: 3000,
            baseline: { title: 'bare ONNX Runtime', value: Number(bare.stdout) },
          },
          { title: 'Half of them are answered within', value: median(p50), unit: 'ms' },
          { title: '99 % of them are answered within', value: median(p99), unit: 'ms' },
          {
            title: 'What the log of predictions costs',
            value: (1 - median(on) / median(off)) * 100,
            unit: '%',
            most: 10,
            baseline: { title: 'predictions without the log', value: median(off) },
          },
        ]
      } finally {
        load.close()
        await served.stop()
      }
    }),
}
