import type { Command } from 'commander'
import { measuredNumber, operations, type RunDifference } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { bold, dim, green, red, shortNumber, show, textTable, yellow } from '../output.ts'

const mostLines = 200

export function whyCommand(): Command {
  return baseCommand('why', 'why a metric changed from one run to another')
    .argument('<run>')
    .argument('<other>')
    .option('--all', 'every line of the code that changed')
    .action(async (run: string, other: string, options: BaseOptions & { all?: boolean }) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.runs.why, { run, other }),
      )
      show(result, options.json, (each) => differenceText(each, options.all ?? false))
    })
}

function differenceText(difference: RunDifference, all: boolean): string {
  const { metrics, summary, code, params, seeds, data, environment, packages, attribution } =
    difference
  const heads = ['', difference.from.name, difference.to.name]
  const texts = [
    ['params', params],
    ['seed', seeds],
    ['environment', environment],
    ['packages', packages],
  ] as const
  return [
    ...(metrics.length === 0
      ? ['Their metrics are the same.']
      : [
          textTable(
            [...heads, 'difference'],
            metrics.map((each) => [
              each.name,
              ...[each.from, each.to, each.difference].map((value) =>
                shortNumber(measuredNumber(value)),
              ),
            ]),
          ),
        ]),
    '',
    ...summary,
    ...texts.flatMap(([title, list]) =>
      list.length === 0
        ? []
        : [
            '',
            bold(title),
            textTable(
              heads,
              list.map((each) => [each.name, each.from, each.to]),
            ),
          ],
    ),
    ...dataLines(data),
    ...codeLines(code, all),
    ...attributionLines(attribution),
  ].join('\n')
}

function dataLines({ datasets, files }: RunDifference['data']): string[] {
  if (datasets.length + files.length === 0) return []
  return [
    '',
    bold('data'),
    ...datasets.map(({ name, from = 'none', to = 'none', rows }) =>
      rows === undefined
        ? `${name}: ${from} → ${to}`
        : `${name}: ${from} → ${to}, rows: ${rows.same} same, ${rows.added} added, ${rows.removed} removed, ${rows.changed} changed`,
    ),
    ...files.map(({ path, change }) => `${path} ${change}`),
  ]
}

function codeLines({ files, problem }: RunDifference['code'], all: boolean): string[] {
  if (files.length === 0 && problem === undefined) return []
  const lines = files.flatMap((file) => [
    `${file.from === undefined ? '' : `${file.from} → `}${file.path} ${file.change}, +${file.linesAdded} -${file.linesRemoved}`,
    ...file.hunks.flatMap((hunk) => [dim(hunk.header), ...hunk.lines.map(coloured)]),
  ])
  const shown = all ? lines : lines.slice(0, mostLines)
  return [
    '',
    bold('code'),
    ...(problem === undefined ? [] : [yellow(problem)]),
    ...shown,
    ...(shown.length < lines.length
      ? [dim(`… ${lines.length - shown.length} more lines: --all`)]
      : []),
  ]
}

/** How to come to know how much each cause changed a metric. */
function attributionLines(attribution: RunDifference['attribution']): string[] {
  if (attribution === undefined) return []
  const { from, to, made, problem } = attribution
  const say = (text: string): string[] => ['', bold('re-runs'), text]
  if (problem !== undefined) return say(`They cannot tell the causes apart: ${problem}.`)
  return say(
    made === undefined
      ? `tidemill attribute ${from} ${to} shares the change out among its causes`
      : `The change is shared out among its causes: see /pipeline/attributions/${made.id}, or say it again from the cache with tidemill attribute ${from} ${to}`,
  )
}

function coloured(line: string): string {
  return line.startsWith('+') ? green(line) : line.startsWith('-') ? red(line) : line
}
