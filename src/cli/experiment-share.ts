import { cwd } from 'node:process'
import type { Command } from 'commander'
import {
  commitsOf,
  experiments,
  pullExperiments,
  pushExperiments,
  type ShareOptions,
} from '#pipeline'
import { dim, green } from './output.ts'
import { pipelineCommand, rootHere, tell, type PipelineOptions } from './pipeline-command.ts'

interface ShareFlags extends PipelineOptions {
  readonly allCommits?: boolean
  readonly rev?: string
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
    .option('-j, --jobs <n>', 'objects at a time', Number)
    .option('--run-cache', 'the record of runs too')
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
              names.length === 0 || options.allCommits ? 'all' : names,
              share,
            )
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
  const [baseline] = options.rev === undefined ? [] : commitsOf(root, { revisions: [options.rev] })
  if (!options.allCommits && baseline === undefined) return names
  return experiments(root, options.allCommits ? undefined : baseline).map(({ rev }) => rev)
}
