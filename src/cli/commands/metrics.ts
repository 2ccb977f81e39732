import { normalize } from 'node:path/posix'
import { cwd } from 'node:process'
import { Command, Option } from 'commander'
import {
  commitsOf,
  flatValues,
  metricsChanges,
  metricsState,
  pythonJson,
  valueText,
  type TextTable,
  type Value,
} from '#pipeline'
import { diffCommand, printLine, printTable } from '../diff-command.ts'
import { warn } from '../output.ts'
import { asHere, pipelineCommand, rootHere, type PipelineOptions } from '../pipeline-command.ts'

interface ShowFlags extends PipelineOptions {
  readonly allBranches?: boolean
  readonly allTags?: boolean
  readonly allCommits?: boolean
  readonly md?: boolean
  readonly precision: number
}

export function command(): Command {
  return new Command('metrics')
    .addCommand(show())
    .addCommand(diffCommand({ what: 'Metric', change: true, changes: metricsChanges }))
}

function show(): Command {
  return pipelineCommand('show', 'the metrics that stages and dvc.yaml declare')
    .argument('[targets...]', 'these files alone')
    .option('-a, --all-branches', 'at the tips of all branches, too')
    .option('-T, --all-tags', 'at all tags, too')
    .option('-A, --all-commits', 'at all commits, too')
    .option('--md', 'as a table in Markdown')
    .option('--precision <n>', 'significant digits', Number, 5)
    .addOption(
      new Option(
        '-R, --recursive',
        'taken for DVC’s sake: a folder always means all below',
      ).hideHelp(),
    )
    .action((targets: readonly string[], options: ShowFlags) => {
      const root = rootHere()
      const commits = commitsOf(root, {
        branches: options.allBranches ?? false,
        tags: options.allTags ?? false,
        commits: options.allCommits ?? false,
        experiments: options.allCommits ?? false,
      })
      const asked = targets.length === 0 ? undefined : targets
      const here = commits.length === 0 ? '' : 'workspace'
      const found = new Map<string, State>([[here, stateAt(root, undefined, asked)]])
      for (const commit of commits) found.set(commit, stateAt(root, commit, asked))
      const all = [...found.values()]
      const nowhere = targets.filter((target) =>
        all.every(({ missing }) => missing.includes(normalize(target))),
      )
      for (const target of nowhere)
        if (!options.quiet) warn(`There is no file ${target} to read metrics of.`)
      if (options.json) printLine(pythonJson(nested(found)))
      else {
        printTable(
          tableOf(found, options.precision),
          options,
          asked
            ? `No metrics in ${asked.join(', ')}.`
            : 'No metrics: no stage declares any, and neither does dvc.yaml.',
        )
      }
    })
}

type State = ReturnType<typeof metricsState>

function stateAt(root: string, revision?: string, targets?: readonly string[]): State {
  const { values, missing } = metricsState(cwd(), revision, targets)
  return {
    values: new Map([...values].map(([file, value]) => [asHere(root, file), value])),
    missing: missing.map((file) => asHere(root, file)),
  }
}

/** The shape that DVC prints. */
function nested(found: ReadonlyMap<string, State>): Value {
  const under = (key: string, value: Value): Value => new Map([[key, value]])
  return new Map(
    [...found].map(([revision, { values, missing }]) => {
      const files = new Map([...values].map(([file, each]) => [file, under('data', each)]))
      for (const file of missing) {
        const msg = `[Errno 2] No such file or directory: '${file}'`
        files.set(
          file,
          under(
            'error',
            new Map([
              ['msg', msg],
              ['type', 'FileNotFoundError'],
            ]),
          ),
        )
      }
      return [revision, under('data', files)]
    }),
  )
}

function tableOf(found: ReadonlyMap<string, State>, precision: number): TextTable {
  const many = found.size > 1
  const lines = [...found].flatMap(([revision, state]) =>
    [...state.values].map(([file, values]) => ({ revision, file, values: flatValues(values) })),
  )
  const keys = [...new Set(lines.flatMap(({ values }) => [...values.keys()]))]
  return {
    headers: [...(many ? ['Revision'] : []), 'Path', ...keys],
    rows: lines.map(({ revision, file, values }) => [
      ...(many ? [revision.slice(0, revision.length === 40 ? 7 : undefined)] : []),
      file,
      ...keys.map((key) => valueText(values.get(key), precision)),
    ]),
  }
}
