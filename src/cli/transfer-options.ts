import type { Command } from 'commander'
import type { TransferOptions } from '#pipeline'
import { targetsOf, type PipelineOptions } from './pipeline-command.ts'

export interface TransferFlags extends PipelineOptions {
  readonly remote?: string
  readonly jobs?: number
  readonly runCache?: boolean
  readonly allBranches?: boolean
  readonly allTags?: boolean
  readonly allCommits?: boolean
}

/** What `push`, `fetch` and `pull` have in common. */
export function addTransferOptions(command: Command): Command {
  return command
    .argument('[targets...]', 'stages, outputs or .dvc files; all unless said')
    .option('-r, --remote <name>', 'a remote other than the default')
    .option('-j, --jobs <n>', 'objects at a time', Number)
    .option('--run-cache', 'the record of runs too')
    .option('-a, --all-branches', 'what the tips of all branches record, too')
    .option('-T, --all-tags', 'what all tags record, too')
    .option('-A, --all-commits', 'what all commits record, too')
}

export function transferOptions(targets: readonly string[], flags: TransferFlags): TransferOptions {
  return {
    ...targetsOf(targets),
    ...(flags.remote === undefined ? {} : { remote: flags.remote }),
    ...(flags.jobs === undefined ? {} : { jobs: flags.jobs }),
    runCache: flags.runCache ?? false,
    also: {
      branches: flags.allBranches ?? false,
      tags: flags.allTags ?? false,
      commits: flags.allCommits ?? false,
    },
  }
}
