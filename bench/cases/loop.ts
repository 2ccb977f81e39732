import { join } from 'node:path'
import type { BenchCase } from '../figure.ts'
import { root, withFolder } from '../support/folder.ts'
import { timedRun } from '../support/timed-run.ts'

export const loop: BenchCase = {
  name: 'loop',
  method:
    '`tidemill demo --once` as one process, from its start to its end: data, training, gate, endpoint, drift, labels, retraining, swap.',
  async run() {
    const once = (template: string): Promise<number> =>
      withFolder((dir) =>
        timedRun(
          process.execPath,
          [join(root, 'bin/tidemill.js'), 'demo', '--once', '--template', template, '--dir', dir],
          root,
        ),
      )
    return [
      {
        title: 'Once round the loop: diabetes',
        value: await once('diabetes'),
        unit: 's',
        most: 60,
      },
      { title: 'Once round the loop: census', value: await once('census'), unit: 's', most: 60 },
    ]
  },
}
