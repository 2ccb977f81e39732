import { cwd } from 'node:process'
import { Command } from 'commander'
import {
  commitsOf,
  flatValues,
  metricsChanges,
  metricsTree,
  pythonJson,
  valueText,
  type TextTable,
  type Value,
  type ValueMap,
} from '#pipeline'
import { diffCommand, printLine, printTable } from '../diff-command.ts'
import { pipelineCommand, rootHere, type PipelineOptions } from '../pipeline-command.ts'

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
    .action((targets: readonly string[], options: ShowFlags) => {
      const commits = commitsOf(rootHere(), {
        branches: options.allBranches ?? false,
        tags: options.allTags ?? false,
        commits: options.allCommits ?? false,
        experiments: options.allCommits ?? false,
      })
      const asked = targets.length === 0 ? undefined : targets
      const here = commits.length === 0 ? '' : 'workspace'
      const found = new Map<string, ValueMap>([[here, metricsTree(cwd(), undefined, asked)]])
      for (const commit of commits) found.set(commit, metricsTree(cwd(), commit, asked))
      if (options.json) printLine(pythonJson(nested(found)))
      else
        printTable(
          tableOf(found, options.precision),
          options,
          'No metrics: no stage declares any, and neither does dvc.yaml.',
        )
    })
}

/** The shape that DVC prints. */
function nested(found: ReadonlyMap<string, ValueMap>): Value {
  const data = (value: Value): Value => new Map([['data', value]])
  return new Map(
    [...found].map(([revision, files]) => [
      revision,
      data(new Map([...files].map(([file, values]) => [file, data(values)]))),
    ]),
  )
}

function tableOf(found: ReadonlyMap<string, ValueMap>, precision: number): TextTable {
  const many = found.size > 1
  const lines = [...found].flatMap(([revision, files]) =>
    [...files].map(([file, values]) => ({ revision, file, values: flatValues(values) })),
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
