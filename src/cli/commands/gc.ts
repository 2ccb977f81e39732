import type { Command } from 'commander'
import { TidemillError } from '#contract'
import { gc, type GcOptions, type GcResult, type RevisionScope } from '#pipeline'
import { confirm } from '../confirm.ts'
import { green } from '../output.ts'
import {
  counted,
  gather,
  pipelineCommand,
  pipelineHere,
  tell,
  type PipelineOptions,
} from '../pipeline-command.ts'

interface GcFlags extends PipelineOptions {
  readonly workspace?: boolean
  readonly allBranches?: boolean
  readonly allTags?: boolean
  readonly allCommits?: boolean
  readonly allExperiments?: boolean
  readonly rev?: readonly string[]
  readonly num?: number
  readonly notInRemote?: boolean
  readonly cloud?: boolean
  readonly remote?: string
  readonly force?: boolean
  readonly dry?: boolean
}

export function command(): Command {
  return pipelineCommand('gc')
    .option('-w, --workspace', 'keep what the work tree records')
    .option('-a, --all-branches', 'keep what the tips of all branches record')
    .option('-T, --all-tags', 'keep what all tags record')
    .option('-A, --all-commits', 'keep what all commits record')
    .option('--all-experiments', 'keep what all experiments record')
    .option('--rev <commit>', 'keep what a commit records (may be repeated)', gather)
    .option('-n, --num <n>', 'with --rev and -a, so many commits back from each', Number)
    .option('--not-in-remote', 'with --force: keep what the remote does not provably have')
    .option('-c, --cloud', 'clear the remote as well')
    .option('-r, --remote <name>', 'a remote other than the default')
    .option('-f, --force', 'remove without asking, last copies too')
    .option('--dry', 'only say what would be removed')
    .addHelpText(
      'after',
      `
Without --force nothing is removed until you say yes on a terminal, and then only what the remote has: its copy is read and
its digest checked first. Without a terminal it is a dry run. --force removes last copies too, unless --not-in-remote is given.`,
    )
    .action(async (options: GcFlags) => {
      const keep = scopeOf(options)
      const pipeline = pipelineHere()
      const settings: GcOptions = {
        keep,
        cloud: options.cloud ?? false,
        provenOnly: options.force !== true || options.notInRemote === true,
        ...(options.remote === undefined ? {} : { remote: options.remote }),
      }
      const forced = options.force === true && !options.dry
      const planned = forced ? undefined : await gc(pipeline, { ...settings, dry: true })
      const due = planned && planned.objects + planned.remoteObjects > 0
      const agreed =
        forced ||
        (due === true &&
          !options.dry &&
          !options.json &&
          process.stdin.isTTY &&
          (await confirm(`${whatGoes(planned)} would be removed. Go on?`)))
      const result = agreed ? await gc(pipeline, { ...settings, dry: false }) : planned
      if (result) tell(result, options, lines)
    })
}

function scopeOf(options: GcFlags): RevisionScope {
  const { workspace, allBranches, allTags, allCommits, allExperiments, rev, num } = options
  if (![workspace, allBranches, allTags, allCommits, allExperiments, rev].some(Boolean)) {
    throw new TidemillError('bad_request', {
      problem:
        'Say what to keep: --workspace, --all-branches, --all-tags, --all-commits, --all-experiments or --rev COMMIT.',
    })
  }
  return {
    branches: allBranches ?? false,
    tags: allTags ?? false,
    commits: allCommits ?? false,
    experiments: allExperiments ?? false,
    ...(rev === undefined ? {} : { revisions: rev }),
    ...(num === undefined ? {} : { depth: num }),
  }
}

function whatGoes({ objects, bytes, remoteObjects }: GcResult): string {
  const here = `${counted(objects, 'object')} of the cache (${(bytes / 1e6).toFixed(1)} MB)`
  return remoteObjects === 0
    ? here
    : `${here} and ${counted(remoteObjects, 'object')} of the remote`
}

function lines(result: GcResult): string {
  const first = result.dry
    ? `${whatGoes(result)} would be removed. Nothing was: --force does it without asking.`
    : `${green('✓')} ${whatGoes(result)} removed`
  return result.lastCopies === 0
    ? first
    : `${first}\n  ${counted(result.lastCopies, 'unused object')} kept: no remote provably has a copy. Send what commits and runs record with tidemill push -A --run-cache; --force loses the rest.`
}
