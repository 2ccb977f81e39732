import { Option, type Command } from 'commander'
import type { DataChanges, DataStatus } from '#pipeline'
import { dim } from './output.ts'
import {
  pipelineCommand,
  pipelineHere,
  targetsOf,
  tell,
  type PipelineOptions,
} from './pipeline-command.ts'

interface DataStatusFlags extends PipelineOptions {
  readonly granular?: boolean
  readonly unchanged?: boolean
  readonly untrackedFiles?: string | boolean
  readonly notInRemote?: boolean
  readonly remote?: string
}

/** `data status`: versioned files between the last commit, what is recorded, and the work tree. */
export function dataStatusCommand(): Command {
  return pipelineCommand('status', 'files under version: what changed since the last commit')
    .argument('[targets...]', 'these files and folders alone')
    .option('--granular', 'files inside folders, too')
    .option('--unchanged', 'what did not change, too')
    .option('--untracked-files [all]', 'files that neither Git nor a .dvc file knows, too')
    .option('--not-in-remote', 'what the remote does not have, too')
    .option('-r, --remote <name>', 'a remote other than the default')
    .addOption(new Option('--no-remote-refresh', 'taken for DVC’s sake').hideHelp())
    .action(async (targets: readonly string[], options: DataStatusFlags) => {
      const { dataStatus } = await import('#pipeline')
      const found = await dataStatus(pipelineHere(), {
        ...targetsOf(targets),
        granular: options.granular ?? false,
        untracked: ![undefined, false, 'no'].includes(options.untrackedFiles),
        notInRemote: options.notInRemote ?? false,
        ...(options.remote === undefined ? {} : { remote: options.remote }),
      })
      const sections = dvcShape(found, options.unchanged ?? false)
      tell(sections, options, () =>
        Object.keys(sections).length === 0
          ? 'No changes.'
          : Object.entries(sections)
              .flatMap(([title, section]) => [titles[title] ?? title, ...lines(section)])
              .join('\n'),
      )
    })
}

type Section = readonly string[] | Readonly<Record<string, readonly (string | Renamed)[]>>

interface Renamed {
  readonly old: string
  readonly new: string
}

const titles: Readonly<Record<string, string>> = {
  not_in_cache: 'Not in the cache (bring it with tidemill pull):',
  not_in_remote: 'Not on the remote (send it with tidemill push):',
  committed: 'Recorded, not in the last commit (git commit it):',
  uncommitted:
    'Changed, not recorded (record it with tidemill commit or add, or undo it with checkout):',
  untracked: 'Not tracked (tidemill add or git add):',
  unchanged: 'Unchanged:',
}

/** The shape that DVC prints: empty parts left out. */
function dvcShape(found: DataStatus, unchanged: boolean): Readonly<Record<string, Section>> {
  const sections: readonly (readonly [string, Section])[] = [
    ['not_in_cache', found.notInCache],
    ['not_in_remote', found.notInRemote],
    ['committed', changesOf(found.committed)],
    ['uncommitted', changesOf(found.uncommitted)],
    ['untracked', found.untracked],
    ['unchanged', unchanged ? found.unchanged : []],
  ]
  return Object.fromEntries(sections.filter(([, section]) => Object.keys(section).length > 0))
}

function changesOf(changes: DataChanges): Section {
  const paths = (list: DataChanges['added']) => list.map(({ path }) => path)
  const all: readonly (readonly [string, readonly (string | Renamed)[]])[] = [
    ['added', paths(changes.added)],
    ['deleted', paths(changes.deleted)],
    ['modified', paths(changes.modified)],
    ['renamed', changes.renamed.map(({ path, from = '' }) => ({ old: from, new: path }))],
  ]
  return Object.fromEntries(all.filter(([, list]) => list.length > 0))
}

function lines(section: Section): string[] {
  if (isList(section)) return section.map((path) => `  ${path}`)
  return Object.entries(section).flatMap(([word, list]) =>
    list.map(
      (each) =>
        `  ${dim(`${word}:`.padEnd(10))} ${typeof each === 'string' ? each : `${each.old} -> ${each.new}`}`,
    ),
  )
}

function isList(section: Section): section is readonly string[] {
  return Array.isArray(section)
}
