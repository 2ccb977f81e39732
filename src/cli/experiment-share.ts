import { cwd } from 'node:process'
import { Option, type Command } from 'commander'
import {
  commitsOf,
  experiments,
  pullExperiments,
  pushExperiments,
  remoteExperiments,
  type ShareOptions,
} from '#pipeline'
import { keepOthersAsRuns } from './experiment-work.ts'
import { dim, green } from './output.ts'
import { pipelineCommand, rootHere, tell, type PipelineOptions } from './pipeline-command.ts'
import { wholeNumber } from './transfer-options.ts'

interface ShareFlags extends PipelineOptions {
  readonly allCommits?: boolean
  readonly rev?: string
  readonly num?: number
  readonly cache: boolean
  readonly remote?: string
  readonly jobs?: number
  readonly runCache?: boolean
  readonly force?: boolean
}

/** `exp push` and `exp pull`. */
export function shareExperiments(word: 'push' | 'pull'): Command {
  const summary =
    word === 'push'
      ? 'send experiments to a Git remote, and their data to a data remote'
      : 'bring experiments from a Git remote, and their data from a data remote'
  return pipelineCommand(word, summary)
    .argument('<git-remote>', 'its name or address')
    .argument('[experiments...]', 'names')
    .option('-A, --all-commits', 'all of them')
    .option('--rev <commit>', 'all on a commit')
    .option('--no-cache', 'without the data')
    .option('-r, --remote <name>', 'a data remote other than the default')
    .option('-j, --jobs <n>', 'objects at a time', wholeNumber)
    .option('-n, --num <n>', 'all on so many commits back', wholeNumber)
    .option('--run-cache', 'the record of runs too')
    .addOption(new Option('--no-run-cache', 'without it, as is the rule').hideHelp())
    .option('-f, --force', 'replace experiments of the same names')
    .action(async (gitRemote: string, names: readonly string[], options: ShareFlags) => {
      const root = rootHere()
      const share: ShareOptions = {
        cache: options.cache,
        runCache: options.runCache ?? false,
        force: options.force ?? false,
        ...(options.remote === undefined ? {} : { remote: options.remote }),
        ...(options.jobs === undefined ? {} : { jobs: options.jobs }),
      }
      const done =
        word === 'push'
          ? await pushExperiments(cwd(), gitRemote, chosenHere(root, names, options), share)
          : await pullExperiments(
              cwd(),
              gitRemote,
              chosenThere(root, gitRemote, names, options),
              share,
            )
      if (word === 'pull') await keepOthersAsRuns(root)
      tell(done, options, ({ experiments: moved }) =>
        moved.length === 0
          ? 'No experiments: name some, or give --all-commits.'
          : moved
              .map(({ name, rev }) => `${green('✓')} ${name} ${dim(rev.slice(0, 7))}`)
              .join('\n'),
      )
    })
}

function chosenHere(
  root: string,
  names: readonly string[],
  options: ShareFlags,
): readonly string[] {
  const baselines = baselinesOf(root, options)
  if (!options.allCommits && baselines === undefined) return names
  return experiments(root)
    .filter(({ baseline }) => options.allCommits || baselines?.includes(baseline))
    .map(({ ref }) => ref)
}

/** Which of a Git remote's are meant. */
function chosenThere(
  root: string,
  gitRemote: string,
  names: readonly string[],
  options: ShareFlags,
): readonly string[] | 'all' {
  const baselines = baselinesOf(root, options)
  if (baselines !== undefined && !options.allCommits)
    return remoteExperiments(cwd(), gitRemote)
      .filter(({ baseline }) => baselines.includes(baseline))
      .map(({ ref }) => ref)
  return names.length === 0 || options.allCommits ? 'all' : names
}

function baselinesOf(root: string, { rev, num }: ShareFlags): readonly string[] | undefined {
  if (rev === undefined && num === undefined) return undefined
  return commitsOf(root, {
    revisions: [rev ?? 'HEAD'],
    ...(num === undefined ? {} : { depth: num }),
  })
}
