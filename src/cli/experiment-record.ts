import type { Command } from 'commander'
import { TidemillError } from '#contract/error'
import { homeOf } from './connect.ts'
import { recordMissing, runsAreKept } from './experiment-work.ts'
import { dim, green, yellow } from './output.ts'
import {
  counted,
  pipelineCommand,
  rootHere,
  tell,
  type PipelineOptions,
} from './pipeline-command.ts'

/** `exp record`: every experiment a run in tracking. */
export function recordAll(): Command {
  return pipelineCommand('record', 'make runs in tracking of the experiments that have none')
    .option('--dry', 'only say of which')
    .action(async (options: PipelineOptions & { dry?: boolean }) => {
      const root = rootHere()
      if (!runsAreKept()) throw new TidemillError('home_missing', { home: homeOf({}) })
      const dry = options.dry ?? false
      const experiments = await recordMissing(root, { dry, all: true })
      tell({ dry, experiments }, options, () => {
        if (experiments.length === 0) return 'Every experiment is a run.'
        const ready = experiments.filter(({ problem }) => problem === undefined).length
        return [
          ...experiments.map(({ name, rev, problem }) =>
            problem === undefined
              ? `${green('✓')} ${name} ${dim(rev.slice(0, 7))}`
              : `${yellow('!')} ${name}: ${problem}`,
          ),
          `${counted(ready, 'run')} ${dry ? 'would be made' : 'made'}.`,
        ].join('\n')
      })
    })
}
