import type { Command } from 'commander'
import { dvcStatus, plan, status } from '#pipeline/daily'
import { exitCodes } from '../exit-code.ts'
import { planLines } from '../plan-lines.ts'
import { pipelineCommand, pipelineHere, targetsOf, tell } from '../pipeline-command.ts'

interface StatusOptions {
  readonly json?: boolean
  readonly quiet?: boolean
  readonly cloud?: boolean
  readonly remote?: string
}

export function command(): Command {
  return pipelineCommand('status')
    .argument('[targets...]', 'stages or .dvc files; all unless said')
    .option('-c, --cloud', 'compare the cache with a remote')
    .option('-r, --remote <name>', 'the remote to compare with (implies --cloud)')
    .addHelpText(
      'after',
      '\n--json prints what dvc status --json prints. With --quiet only the exit code speaks: 1 when something changed.',
    )
    .action(async (targets: readonly string[], options: StatusOptions) => {
      const pipeline = pipelineHere()
      if (options.cloud || options.remote !== undefined) {
        const { remoteStatus } = await import('#pipeline')
        const found = await remoteStatus(pipeline, {
          ...targetsOf(targets),
          ...(options.remote === undefined ? {} : { remote: options.remote }),
        })
        const states = Object.fromEntries(found.map(({ path, state }) => [path, state]))
        tell(states, options, () =>
          found.length === 0
            ? 'The cache and the remote have the same.'
            : found.map(({ path, state }) => `${state.padEnd(8)} ${path}`).join('\n'),
        )
        if (options.quiet && found.length > 0) process.exitCode = exitCodes.no
        return
      }
      if (options.json || options.quiet) {
        const changed = dvcStatus(pipeline, await status(pipeline, targetsOf(targets)))
        tell(changed, options, () => '')
        if (options.quiet && Object.keys(changed).length > 0) process.exitCode = exitCodes.no
        return
      }
      const planned = await plan(pipeline, targets.length === 0 ? { all: true } : { targets })
      tell(planned, options, planLines)
    })
}
