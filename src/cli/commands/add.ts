import { globSync } from 'node:fs'
import { Option, type Command } from 'commander'
import { TidemillError } from '#contract/error'
import { add, type Added, type Pipeline } from '#pipeline/daily'
import { dim, green } from '../output.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('add')
    .argument('<targets...>', 'files and folders')
    .option('--glob', 'targets are patterns, such as "images/**/*.png"')
    .option('--no-commit', 'leave the cache alone; tidemill commit fills it later')
    .option('--no-relink', 'leave the files as they are where cache.type wants links')
    .option('-o, --out <path>', 'copy what lies elsewhere to here first')
    .option('--to-remote', 'send the data straight to a remote and keep nothing of it here')
    .option('-r, --remote <name>', 'with --to-remote: a remote other than the default')
    .addOption(new Option('--remote-jobs <n>', 'taken for DVC’s sake').hideHelp())
    .option('-f, --force', 'with --out: in place of what lies there')
    .action(
      async (
        targets: readonly string[],
        options: PipelineOptions & {
          glob?: boolean
          commit: boolean
          relink: boolean
          out?: string
          toRemote?: boolean
          remote?: string
          force?: boolean
        },
      ) => {
        const found = options.glob ? targets.flatMap((target) => matches(target)) : targets
        const { out, force, commit, relink } = options
        const pipeline = pipelineHere()
        const added = options.toRemote
          ? [await sent(pipeline, found, options)]
          : await add(
              pipeline,
              out === undefined ? found : [await copied(found, out, force ?? false)],
              { commit, relink },
            )
        tell({ added }, options, () => {
          const changed = [...new Set(added.flatMap((each) => each.changed))]
          const lines = added.map(
            (each) =>
              `${green('✓')} ${each.path}${each.nfiles === undefined ? '' : dim(`  ${each.nfiles} files`)}  ${dim(`${each.size} bytes`)}`,
          )
          if (added.some((each) => each.staged))
            return [...lines, 'The .dvc files are in Git’s index.'].join('\n')
          if (changed.length === 0) return [...lines, 'Nothing is new.'].join('\n')
          return [
            ...lines,
            '',
            'Put the change into Git:',
            `  git add ${changed.map(quoted).join(' ')}`,
          ].join('\n')
        })
      },
    )
}

async function sent(
  pipeline: Pipeline,
  targets: readonly string[],
  { out, remote }: { readonly out?: string; readonly remote?: string },
): Promise<Added> {
  const { addToRemote } = await import('#pipeline')
  return addToRemote(pipeline, onlyOf(targets, '--to-remote'), {
    ...(out === undefined ? {} : { out }),
    ...(remote === undefined ? {} : { remote }),
  })
}

/** Copies a file, a folder or what lies at an address to a place in the repository. */
async function copied(targets: readonly string[], out: string, force: boolean): Promise<string> {
  const { getUrl } = await import('#pipeline')
  return (await getUrl(onlyOf(targets, '--out'), { out, force })).path
}

function onlyOf(targets: readonly string[], option: string): string {
  const [only, ...more] = targets
  if (only === undefined || more.length > 0)
    throw new TidemillError('bad_request', { problem: `${option} takes one target.` })
  return only
}

function matches(pattern: string): readonly string[] {
  const found = globSync(pattern).filter((path) => !path.endsWith('.dvc'))
  if (found.length === 0) {
    throw new TidemillError('not_found', { kind: 'file that matches', name: pattern })
  }
  return found.toSorted()
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
