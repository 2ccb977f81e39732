import { Option, type Command } from 'commander'
import type { ImportUrlOptions } from '#pipeline'
import { jobsOption } from './transfer-options.ts'

export interface BringFlags {
  readonly exec?: boolean
  readonly download?: boolean
  readonly toRemote?: boolean
  readonly remote?: string
}

/** How much of the data an import brings now. */
export function addBringOptions(command: Command): Command {
  return command
    .option('--no-exec', 'only write the .dvc file; tidemill update brings the data')
    .addOption(
      new Option(
        '--no-download',
        'note what state the source is in and leave the data there; tidemill update brings it',
      ).conflicts('exec'),
    )
    .addOption(jobsOption())
}

/** `--to-remote` and the remote that it goes to. */
export function addToRemoteOptions(command: Command): Command {
  return command
    .option('--to-remote', 'send the data straight to a remote and keep nothing of it here')
    .option('-r, --remote <name>', 'with --to-remote: a remote other than the default')
}

export function broughtBy({ exec, download }: BringFlags): Pick<ImportUrlOptions, 'bring'> {
  if (exec === false) return { bring: 'nothing' }
  return download === false ? { bring: 'state' } : {}
}

export function sentBy({ toRemote, remote }: BringFlags): Pick<ImportUrlOptions, 'toRemote'> {
  return toRemote ? { toRemote: remote ?? true } : {}
}
