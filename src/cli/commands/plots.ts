import { mkdirSync, writeFileSync } from 'node:fs'
import { extname, join, normalize } from 'node:path'
import { cwd } from 'node:process'
import { Command } from 'commander'
import { TidemillError } from '#contract/error'
import {
  missingColumns,
  plotsJson,
  plotsPage,
  plotsShow,
  plotTemplate,
  templateNames,
  vegaOf,
  type Plot,
  type Value,
} from '#pipeline'
import { green, warn } from '../output.ts'
import {
  asHere,
  counted,
  pipelineCommand,
  rootHere,
  tell,
  type PipelineOptions,
} from '../pipeline-command.ts'

interface PlotsFlags extends PipelineOptions {
  readonly out: string
  readonly targets?: readonly string[]
  readonly x?: string
  readonly y?: string
  readonly template?: string
  readonly showVega?: boolean
  readonly title?: string
  readonly xLabel?: string
  readonly yLabel?: string
  readonly header: boolean
}

export function command(): Command {
  return new Command('plots').addCommand(show()).addCommand(diff()).addCommand(templates())
}

function plotsCommand(name: string, summary: string): Command {
  return pipelineCommand(name, summary)
    .option('-o, --out <dir>', 'where the page goes', 'dvc_plots')
    .option('-x <column>', 'the horizontal axis')
    .option('-y <column>', 'the vertical axis')
    .option('-t, --template <name>', 'how tables are drawn: tidemill plots templates')
    .option('--title <text>', 'what stands above')
    .option('--x-label <text>', 'what the horizontal axis is called')
    .option('--y-label <text>', 'what the vertical axis is called')
    .option('--no-header', 'the first line of a CSV or TSV file is data')
    .option('--show-vega', 'print one plot as Vega-Lite')
}

/** What flags say of how plots are drawn, in the words of dvc.yaml. */
function styleOf(flags: PlotsFlags): { readonly style: ReadonlyMap<string, Value> } {
  const given: readonly (readonly [string, Value | undefined])[] = [
    ['x', flags.x],
    ['y', flags.y],
    ['template', flags.template],
    ['title', flags.title],
    ['x_label', flags.xLabel],
    ['y_label', flags.yLabel],
    ['header', flags.header ? undefined : false],
  ]
  return {
    style: new Map(
      given.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
    ),
  }
}

function show(): Command {
  return plotsCommand('show', 'draw the plots that stages and dvc.yaml declare')
    .argument('[targets...]', 'names or files of plots; all unless said')
    .action((targets: readonly string[], options: PlotsFlags) => {
      rootHere()
      present(plotsShow(cwd(), [], { targets, ...styleOf(options) }), options, targets)
    })
}

function diff(): Command {
  return plotsCommand('diff', 'draw the plots of several revisions over one another')
    .argument(
      '[revisions...]',
      'experiments, commits, branches or tags; HEAD and the work tree unless said',
    )
    .option('--targets <names...>', 'names or files of plots')
    .action((revisions: readonly string[], options: PlotsFlags) => {
      rootHere()
      const wanted = revisions.length === 0 ? ['HEAD'] : revisions
      present(
        plotsShow(cwd(), wanted, {
          // one revision is compared with what lies here
          workspace: wanted.length === 1,
          ...styleOf(options),
          ...(options.targets === undefined ? {} : { targets: options.targets }),
        }),
        options,
        options.targets,
      )
    })
}

function templates(): Command {
  return pipelineCommand('templates', 'how tables can be drawn, or one of the ways in full')
    .argument('[template]', 'its name')
    .action((name: string | undefined, options: PipelineOptions) => {
      const root = rootHere()
      if (name === undefined) {
        tell({ templates: templateNames(root) }, options, (all) => all.templates.join('\n'))
        return
      }
      tell(plotTemplate(root, name), options, (template) => JSON.stringify(template, null, 2))
    })
}

function present(
  plots: readonly Plot[],
  options: PlotsFlags,
  targets: readonly string[] = [],
): void {
  const root = rootHere()
  const nowhere = targets.filter((target) => !plots.some((plot) => isOf(root, plot, target)))
  for (const target of nowhere) if (!options.quiet) warn(`There is nothing to draw of ${target}.`)
  refuseUnknown(root, plots, options)
  if (options.showVega) {
    const [plot, ...more] = plots.filter(({ kind }) => kind === 'table')
    if (!plot || more.length > 0)
      throw new TidemillError('bad_request', {
        problem: `--show-vega prints one table: name it. There are ${plots.map(({ id }) => id).join(', ') || 'none'}.`,
      })
    tell(vegaOf(root, plot), options, (drawing) => JSON.stringify(drawing, null, 2))
    return
  }
  if (options.json) {
    tell(plotsJson(root, plots), options, () => '')
    return
  }
  if (nowhere.length > 0 && plots.length === 0) return
  mkdirSync(options.out, { recursive: true })
  const page = join(options.out, 'index.html')
  writeFileSync(page, plotsPage(plots))
  tell(page, options, () => `${green('✓')} ${counted(plots.length, 'plot')} in ${page}`)
}

/**
 * A column or template that flags name must be there; what else plots are declared by and lack is warned of. Errors: `not_found` with
 * what there is.
 */
function refuseUnknown(root: string, plots: readonly Plot[], options: PlotsFlags): void {
  if (options.template !== undefined) plotTemplate(root, options.template)
  const tables = plots.filter(({ series }) => series.some(({ rows = [] }) => rows.length > 0))
  const missing = missingColumns(tables)
  for (const name of [options.x, options.y]) {
    const without = missing.filter(({ column }) => column === name)
    if (name === undefined || without.length === 0 || without.length < tables.length) continue
    const columns = [...new Set(without.flatMap((each) => each.columns))].join(', ')
    throw new TidemillError('not_found', { kind: `column (there are ${columns}) called`, name })
  }
  if (options.quiet) return
  for (const { plot, column, columns } of missing)
    warn(`${plot} has no column ${column}: there are ${columns.join(', ')}.`)
  const templates = templateNames(root)
  for (const { id, template } of tables)
    if (template !== undefined && extname(template) !== '.json' && !templates.includes(template))
      warn(`${id} names the template ${template}: there are ${templates.join(', ')}.`)
}

/** Whether a plot is what a target names: by its id, its file, or a folder of that. */
function isOf(root: string, { id, series }: Plot, target: string): boolean {
  const wanted = normalize(target).replace(/\/$/, '')
  if (id === target || id.endsWith(`::${target}`)) return true
  return series.some(({ path }) => `${asHere(root, path)}/`.startsWith(`${wanted}/`))
}
