import { cwd } from 'node:process'
import { Option, type Command } from 'commander'
import {
  commitsOf,
  experiments,
  openQueue,
  remoteExperiments,
  removeExperiments,
  removeRemoteExperiments,
  renameExperiment,
  renameRemoteExperiment,
} from '#pipeline'
import { dim, green, textTable } from './output.ts'
import { pipelineCommand, rootHere, tell, type PipelineOptions } from './pipeline-command.ts'
import { wholeNumber } from './transfer-options.ts'

/** `exp list`. */
export function listExperiments(): Command {
  return pipelineCommand('list', 'the experiments on HEAD, or those of a Git remote')
    .alias('ls')
    .argument('[git-remote]', 'its name or address')
    .option('-A, --all-commits', 'on every commit')
    .option('--rev <commit>', 'on a commit')
    .option('-n, --num <n>', 'on so many commits back', wholeNumber)
    .option('--name-only', 'names alone')
    .addOption(new Option('--names-only', 'as --name-only').implies({ nameOnly: true }).hideHelp())
    .option('--sha-only', 'commits alone')
    .addOption(new Option('--shas-only', 'as --sha-only').implies({ shaOnly: true }).hideHelp())
    .action(
      (
        gitRemote: string | undefined,
        options: PipelineOptions & {
          allCommits?: boolean
          rev?: string
          num?: number
          nameOnly?: boolean
          shaOnly?: boolean
        },
      ) => {
        const root = rootHere()
        const baselines = baselinesOf(root, options)
        const all =
          gitRemote === undefined ? experiments(root) : remoteExperiments(cwd(), gitRemote)
        const found = all.filter((each) => options.allCommits || baselines.includes(each.baseline))
        tell({ experiments: found }, options, () => {
          if (options.nameOnly) return found.map((each) => each.name).join('\n')
          if (options.shaOnly) return found.map((each) => each.rev).join('\n')
          if (found.length > 0)
            return textTable(
              ['experiment', 'commit', 'baseline'],
              found.map((each) => [each.name, each.rev.slice(0, 7), each.baseline.slice(0, 7)]),
            )
          return all.length === 0
            ? 'No experiments here. Run one: tidemill exp run -S key=value'
            : `None here, ${all.length} on other commits: ${['tidemill exp list', gitRemote, '--all-commits'].filter(Boolean).join(' ')}`
        })
      },
    )
}

/** `exp rename`. */
export function renameOne(): Command {
  return pipelineCommand('rename', 'give an experiment another name')
    .argument('<experiment>')
    .argument('<name>')
    .option('-g, --git-remote <name>', 'there too: its name or address')
    .option('-f, --force', 'in place of one of that name')
    .action(
      (
        name: string,
        to: string,
        options: PipelineOptions & { gitRemote?: string; force?: boolean },
      ) => {
        const force = { force: options.force ?? false }
        const root = rootHere()
        if (options.gitRemote !== undefined)
          renameRemoteExperiment(cwd(), options.gitRemote, name, to, force)
        if (options.gitRemote === undefined || experiments(root).some((each) => each.name === name))
          renameExperiment(root, name, to, force)
        tell({ name: to }, options, () => `${green('✓')} ${name} is called ${to}`)
      },
    )
}

interface RemoveFlags extends PipelineOptions, BaselineFlags {
  readonly allCommits?: boolean
  readonly keep?: boolean
  readonly queue?: boolean
  readonly gitRemote?: string
}

/** `exp remove`. */
export function removeSome(): Command {
  return pipelineCommand('remove', 'take experiments away')
    .alias('rm')
    .argument('[experiments...]', 'names or commits')
    .option('-A, --all-commits', 'all of them')
    .option('--rev <commit>', 'all on a commit')
    .option('-n, --num <n>', 'all on so many commits back', wholeNumber)
    .option('--keep', 'all but those')
    .option('--queue', 'those that wait in the queue, too')
    .option('-g, --git-remote <name>', 'from a Git remote in place of here')
    .action((names: readonly string[], options: RemoveFlags) => {
      const root = rootHere()
      const there = options.gitRemote
      const all = there === undefined ? experiments(root) : remoteExperiments(cwd(), there)
      const baselines =
        options.rev === undefined && options.num === undefined ? [] : baselinesOf(root, options)
      const named = (each: { readonly name: string; readonly rev: string }): boolean =>
        names.some((name) => each.name === name || (name.length > 3 && each.rev.startsWith(name)))
      const scoped = all.filter(
        (each) => options.allCommits === true || baselines.includes(each.baseline),
      )
      const broad = options.allCommits === true || baselines.length > 0
      const chosen = options.keep
        ? (broad ? scoped : all).filter((each) => !named(each)).map((each) => each.ref)
        : broad
          ? scoped.map((each) => each.ref)
          : names
      const removed =
        there === undefined
          ? removeExperiments(root, chosen)
          : removeRemoteExperiments(cwd(), there, chosen)
      const queue = openQueue(root)
      const waiting = options.queue ? queue.list().filter(({ state }) => state === 'queued') : []
      for (const each of waiting) queue.remove(each)
      const gone = [...removed.map(({ name, rev }) => `${name} ${dim(rev.slice(0, 7))}`)]
      tell({ removed, unqueued: waiting.map(({ name }) => name) }, options, () =>
        gone.length + waiting.length === 0
          ? 'Nothing to remove: name experiments, or give --all-commits.'
          : [...gone, ...waiting.map(({ name }) => `${name} ${dim('(queued)')}`)]
              .map((each) => `${green('✓')} ${each} removed`)
              .join('\n'),
      )
    })
}

interface BaselineFlags {
  readonly rev?: string
  readonly num?: number
}

/** The commits that experiments are asked for on. */
function baselinesOf(root: string, { rev, num }: BaselineFlags): readonly string[] {
  return commitsOf(root, {
    revisions: [rev ?? 'HEAD'],
    ...(num === undefined ? {} : { depth: num }),
  })
}
