import { InvalidArgumentError, type Command } from 'commander'
import { TidemillError } from '#contract'
import { gc, type GcOptions, type GcResult, type RevisionScope } from '#pipeline'
import { aliasedCommits } from '../aliased-commits.ts'
import { confirm } from '../confirm.ts'
import { withCaller } from '../connect.ts'
import { green } from '../output.ts'
import {
  counted,
  gather,
  pipelineCommand,
  pipelineHere,
  tell,
  type PipelineOptions,
} from '../pipeline-command.ts'
import { wholeNumber } from '../transfer-options.ts'

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
  readonly date?: string
  readonly aliases?: boolean
  readonly newer?: number
  readonly projects?: readonly string[]
  readonly skipFailed?: boolean
  readonly jobs?: number
}

export function command(): Command {
  return pipelineCommand('gc')
    .option('-w, --workspace', 'keep what the work tree records')
    .option('-a, --all-branches', 'keep what the tips of all branches record')
    .option('-T, --all-tags', 'keep what all tags record')
    .option('-A, --all-commits', 'keep what all commits record')
    .option('--all-experiments', 'keep what all experiments record')
    .option('--rev <commit>', 'keep what a commit records (may be repeated)', gather)
    .option('-n, --num <n>', 'with --rev and -a, so many commits back from each', wholeNumber)
    .option('--date <yyyy-mm-dd>', 'keep what commits of this day or later record', day)
    .option('--aliases', 'keep what the commits of models behind an alias record')
    .option('--newer <days>', 'keep objects that came into the cache in the last days', wholeNumber)
    .option('-p, --projects <folders...>', 'keep what other repositories with this cache record')
    .option('--skip-failed', 'pass over commits that cannot be read')
    .option('--not-in-remote', 'with --force: keep what the remote does not provably have')
    .option('-c, --cloud', 'clear the remote as well')
    .option('-r, --remote <name>', 'a remote other than the default')
    .option('-j, --jobs <n>', 'objects of the remote at a time', wholeNumber)
    .option('-f, --force', 'remove without asking, last copies too')
    .option('--dry', 'only say what would be removed')
    .addHelpText(
      'after',
      `
Without --force nothing is removed until you say yes on a terminal, and then only what the remote has: its copy is read and
its digest checked first; with --cloud the remote loses what the cache has whole, and the cache keeps that. Without a terminal it
is a dry run. --force removes last copies too, unless --not-in-remote is given.`,
    )
    .action(async (options: GcFlags) => {
      // DVC refuses them together, too: what the remote has is what goes
      if (options.cloud && options.notInRemote) {
        throw new TidemillError('bad_request', {
          problem: '--not-in-remote and --cloud exclude each other.',
        })
      }
      const pipeline = pipelineHere()
      const keep = await scopeOf(options)
      const settings: GcOptions = {
        keep,
        skipFailed: options.skipFailed ?? false,
        ...(options.newer === undefined ? {} : { minimumAge: options.newer * 86_400_000 }),
        ...(options.projects === undefined ? {} : { projects: options.projects }),
        ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
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

async function scopeOf(options: GcFlags): Promise<RevisionScope> {
  const { workspace, allBranches, allTags, allCommits, allExperiments, rev, num, date } = options
  const scopes = [workspace, allBranches, allTags, allCommits, allExperiments, rev, date]
  if (![...scopes, options.aliases].some(Boolean)) {
    throw new TidemillError('bad_request', {
      problem:
        'Say what to keep: --workspace, --all-branches, --all-tags, --all-commits, --all-experiments, --date, --aliases or --rev COMMIT.',
    })
  }
  const aliased = options.aliases ? await withCaller({}, aliasedCommits) : []
  const revisions = [...(rev ?? []), ...aliased]
  return {
    branches: allBranches ?? false,
    tags: allTags ?? false,
    commits: allCommits ?? false,
    experiments: allExperiments ?? false,
    ...(revisions.length === 0 ? {} : { revisions }),
    ...(date === undefined ? {} : { since: date }),
    ...(num === undefined ? {} : { depth: num }),
  }
}

function day(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError('It must be a day, such as 2026-01-31.')
  return text
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
  const young =
    result.recent === 0
      ? ''
      : `\n  ${counted(result.recent, 'unused object')} kept for being new, as --newer or an experiment at work asks.`
  return result.lastCopies === 0
    ? first + young
    : `${first}${young}\n  ${counted(result.lastCopies, 'unused object')} kept: no copy that stays is proven elsewhere. Send what commits and runs record with tidemill push -A --run-cache; --force loses the rest.`
}
