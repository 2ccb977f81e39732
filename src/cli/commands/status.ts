import { Option, type Command } from 'commander'
import { dvcStatus, plan, status, targetNames } from '#pipeline/daily'
import { exitCodes } from '../exit-code.ts'
import { planLines } from '../plan-lines.ts'
import { pipelineCommand, pipelineHere, tell } from '../pipeline-command.ts'
import {
  addTargetOptions,
  selectionOf,
  wholeNumber,
  type TargetFlags,
} from '../transfer-options.ts'

interface StatusOptions extends TargetFlags {
  readonly jobs?: number
  readonly cloud?: boolean
  readonly remote?: string
  readonly allBranches?: boolean
  readonly allTags?: boolean
  readonly allCommits?: boolean
}

export function command(): Command {
  return addTargetOptions(pipelineCommand('status'))
    .option('-c, --cloud', 'compare the cache with a remote')
    .option('-r, --remote <name>', 'the remote to compare with (implies --cloud)')
    .option('-j, --jobs <n>', 'with --cloud: questions at a time', wholeNumber)
    .option('-a, --all-branches', 'with --cloud: what the tips of all branches record, too')
    .option('-T, --all-tags', 'with --cloud: what all tags record, too')
    .option('-A, --all-commits', 'with --cloud: what all commits record, too')
    .addOption(new Option('--no-updates', 'taken for DVC’s sake').hideHelp())
    .addHelpText(
      'after',
      '\n--json prints what dvc status --json prints. With --quiet only the exit code speaks: 1 when something changed.',
    )
    .action(async (targets: readonly string[], options: StatusOptions) => {
      const pipeline = pipelineHere()
      const selection = selectionOf(targets, options)
      if (options.cloud || options.remote !== undefined) {
        const { remoteStatus } = await import('#pipeline')
        const found = await remoteStatus(pipeline, {
          ...selection,
          also: {
            branches: options.allBranches ?? false,
            tags: options.allTags ?? false,
            commits: options.allCommits ?? false,
          },
          ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
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
        const changed = dvcStatus(pipeline, await status(pipeline, selection))
        tell(changed, options, () => '')
        if (options.quiet && Object.keys(changed).length > 0) process.exitCode = exitCodes.no
        return
      }
      const named = targets.length === 0 ? undefined : targetNames(pipeline, selection)
      const planned = await plan(pipeline, named ? { targets: named } : { all: true })
      tell(planned, options, planLines)
    })
}
