import { InvalidArgumentError, Option, type Command } from 'commander'
import type { TransferOptions } from '#pipeline'
import { targetsOf, type PipelineOptions } from './pipeline-command.ts'
import { openProgress } from './progress.ts'

export interface TargetFlags extends PipelineOptions {
  readonly withDeps?: boolean
  readonly recursive?: boolean
  readonly glob?: boolean
}

export interface TransferFlags extends TargetFlags {
  readonly remote?: string
  readonly jobs?: number
  readonly runCache?: boolean
  readonly allBranches?: boolean
  readonly allTags?: boolean
  readonly allCommits?: boolean
  readonly maxSize?: number
  readonly type?: 'metrics' | 'plots'
}

/** What commands that work on recorded outputs have in common. */
export function addTargetOptions(command: Command): Command {
  return command
    .argument('[targets...]', 'stages, outputs, files in them, or .dvc files; all unless said')
    .option('-d, --with-deps', 'with everything that the targets need')
    .option('-R, --recursive', 'a folder means all stages and data in it and below')
}

/** What `push`, `fetch` and `pull` have in common. */
export function addTransferOptions(command: Command): Command {
  return addTargetOptions(command)
    .option('--glob', 'targets are patterns of stage names')
    .option('-r, --remote <name>', 'a remote other than the default')
    .option('-j, --jobs <n>', 'objects at a time (default: four a core)', wholeNumber)
    .option('--run-cache', 'the record of runs too')
    .addOption(new Option('--no-run-cache', 'without it, as is the rule').hideHelp())
    .option('-a, --all-branches', 'what the tips of all branches record, too')
    .option('-T, --all-tags', 'what all tags record, too')
    .option('-A, --all-commits', 'what all commits record, too')
}

/** Of commands that copy one thing: files of a folder come eight at a time whatever it says. */
export function jobsOption(): Option {
  return new Option('-j, --jobs <n>', 'taken for DVC’s sake').argParser(wholeNumber).hideHelp()
}

/** A count that a user gives: 1 or more. */
export function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError('It must be a whole number, 1 or more.')
  return value
}

export function selectionOf(
  targets: readonly string[],
  flags: TargetFlags,
): Pick<TransferOptions, 'targets' | 'withDeps' | 'recursive' | 'glob'> {
  return {
    ...targetsOf(targets),
    withDeps: flags.withDeps ?? false,
    recursive: flags.recursive ?? false,
    glob: flags.glob ?? false,
  }
}

/** Runs a transfer with what the flags say, and shows how far it is. */
export async function transferring<T>(
  targets: readonly string[],
  flags: TransferFlags,
  work: (options: TransferOptions) => Promise<T>,
): Promise<T> {
  const progress = process.stderr.isTTY && !flags.quiet && !flags.json ? openProgress() : undefined
  try {
    return await work({
      ...selectionOf(targets, flags),
      ...(flags.remote === undefined ? {} : { remote: flags.remote }),
      ...(flags.jobs === undefined ? {} : { jobs: flags.jobs }),
      ...(flags.maxSize === undefined ? {} : { maxSize: flags.maxSize }),
      ...(flags.type === undefined ? {} : { kind: flags.type === 'metrics' ? 'metric' : 'plot' }),
      runCache: flags.runCache ?? false,
      also: {
        branches: flags.allBranches ?? false,
        tags: flags.allTags ?? false,
        commits: flags.allCommits ?? false,
      },
      onProgress: (done, total, bytes) =>
        progress?.update(
          done,
          total,
          `${done} of ${total} objects, ${(bytes / 1e6).toFixed(1)} MB`,
        ),
    })
  } finally {
    progress?.end()
  }
}
