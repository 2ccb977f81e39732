import type { Figure } from '../figure.ts'
import { median } from './median.ts'
import type { Server } from './tracking-servers.ts'

const times = 9
const filter = "metrics.loss < 0.5 and params.model = 'gbdt'"

/** Lists of runs without their params and metrics, and counts without any run, by our own API. */
export async function runListFigures(own: Server): Promise<readonly Figure[]> {
  const timed = async (path: string): Promise<number> => {
    const ask = async (): Promise<void> => {
      const answer = await fetch(`${own.url}/api/${path}`)
      await answer.arrayBuffer()
      if (!answer.ok) throw new Error(`${path} answers ${answer.status}`)
    }
    await ask()
    const all: number[] = []
    for (let i = 0; i < times; i++) {
      const begin = performance.now()
      await ask()
      all.push(performance.now() - begin)
    }
    return median(all)
  }
  const list = 'runs?experiment=searched&limit=1000'
  const whole = await timed(list)
  return [
    {
      title: 'A list of 1,000 runs, only what their lines show',
      value: await timed(`${list}&fields=info`),
      unit: 'ms',
      baseline: { title: 'with params, metrics and tags', value: whole },
    },
    { title: 'How many runs there are', value: await timed('runs/count'), unit: 'ms' },
    {
      title: 'How many runs fit a filter of a metric and a param',
      value: await timed(`runs/count?filter=${encodeURIComponent(filter)}`),
      unit: 'ms',
    },
    { title: 'All experiments with their counts', value: await timed('experiments'), unit: 'ms' },
  ]
}
