import { join } from 'node:path'
import type { BenchCase } from '../figure.ts'
import { root } from '../support/folder.ts'
import { median } from '../support/median.ts'
import { timedRun } from '../support/timed-run.ts'

const times = 10

export const help: BenchCase = {
  name: 'help',
  method: `\`tidemill --help\` from the start of the process to its end, median of ${times} after two to warm up, beside a Node that does nothing.`,
  async run() {
    const page = (): Promise<number> =>
      timedRun(process.execPath, [join(root, 'bin/tidemill.js'), '--help'], root)
    const nothing = (): Promise<number> => timedRun(process.execPath, ['-e', '0'], root)
    const [own, bare]: [number[], number[]] = [[], []]
    for (let i = 0; i < times + 2; i++) {
      own.push((await page()) * 1000)
      bare.push((await nothing()) * 1000)
    }
    return [
      {
        title: '`tidemill --help`',
        value: median(own.slice(2)),
        unit: 'ms',
        most: 150,
        baseline: { title: '`node -e 0`', value: median(bare.slice(2)) },
      },
    ]
  },
}
