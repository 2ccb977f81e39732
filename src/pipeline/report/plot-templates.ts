import { existsSync, readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { TidemillError } from '#contract/error'
import { readText } from '../repository.ts'
import { toPlain, type Plain } from '../values/plain.ts'
import { readJson } from '../values/read-json.ts'

/** A Vega-Lite drawing with these texts in place of what is filled in: DVC's names, so that a repository's own templates work. */
const at = {
  data: '<DVC_METRIC_DATA>',
  x: '<DVC_METRIC_X>',
  y: '<DVC_METRIC_Y>',
  title: '<DVC_METRIC_TITLE>',
  xLabel: '<DVC_METRIC_X_LABEL>',
  yLabel: '<DVC_METRIC_Y_LABEL>',
} as const

type Drawing = Readonly<Record<string, Plain>>

const number = { type: 'quantitative', scale: { zero: false } } as const
const x = { field: at.x, title: at.xLabel, ...number } as const
const y = { field: at.y, title: at.yLabel, ...number } as const
const color = { field: 'rev', type: 'nominal' } as const
const actual = { field: at.x, type: 'nominal', title: at.xLabel, sort: 'ascending' } as const
const predicted = { field: at.y, type: 'nominal', title: at.yLabel, sort: 'ascending' } as const

function confusion(shown: string, steps: readonly Plain[]): Drawing {
  return {
    facet: { field: 'rev', type: 'nominal' },
    spec: {
      transform: [
        { aggregate: [{ op: 'count', as: 'count' }], groupby: [at.x, at.y, 'rev'] },
        ...steps,
      ],
      encoding: { x: actual, y: predicted },
      layer: [
        {
          mark: { type: 'rect', tooltip: true },
          encoding: { color: { field: shown, type: 'quantitative' } },
        },
        {
          mark: 'text',
          encoding: {
            text: { field: shown, type: 'quantitative', format: shown === 'count' ? 'd' : '.2f' },
          },
        },
      ],
    },
  }
}

const bars = (sort: Plain): Drawing => ({
  mark: { type: 'bar', tooltip: true },
  encoding: {
    x: { field: at.x, type: 'quantitative', title: at.xLabel },
    y: { field: at.y, type: 'nominal', title: at.yLabel, sort },
    yOffset: color,
    color,
  },
})

const builtIn: Readonly<Record<string, Drawing>> = {
  linear: { mark: { type: 'line', tooltip: true, point: false }, encoding: { x, y, color } },
  simple: { mark: { type: 'line', tooltip: true }, encoding: { x, y, color } },
  scatter: { mark: { type: 'point', tooltip: true }, encoding: { x, y, color } },
  scatter_jitter: {
    transform: [{ calculate: 'random()', as: 'jitter' }],
    mark: { type: 'point', tooltip: true },
    encoding: { x, y, color, xOffset: { field: 'jitter', type: 'quantitative' } },
  },
  smooth: {
    transform: [{ loess: at.y, on: at.x, groupby: ['rev'], bandwidth: 0.15 }],
    mark: { type: 'line', tooltip: true },
    encoding: { x, y, color },
  },
  confusion: confusion('count', []),
  confusion_normalized: confusion('share', [
    { joinaggregate: [{ op: 'sum', field: 'count', as: 'sum' }], groupby: [at.y, 'rev'] },
    { calculate: 'datum.count / datum.sum', as: 'share' },
  ]),
  bar_horizontal: bars(null),
  bar_horizontal_sorted: bars('-x'),
}

const folder = join('.dvc', 'plots')

/** The names of the templates: ours, and those of a repository, which lie in `.dvc/plots`. */
export function templateNames(root: string): readonly string[] {
  const own = existsSync(join(root, folder))
    ? readdirSync(join(root, folder)).filter((name) => extname(name) === '.json')
    : []
  return [...new Set([...Object.keys(builtIn), ...own.map((name) => basename(name, '.json'))])]
}

/** A template by its name, or by its file. Errors: `not_found`, `pipeline_invalid`. */
export function plotTemplate(root: string, name: string): Plain {
  const files = [join(root, folder, name), join(root, folder, `${name}.json`), name]
  for (const file of files.filter((each) => extname(each) === '.json')) {
    const text = readText(file)
    if (text !== undefined) return toPlain(readJson(text, file))
  }
  if (!Object.hasOwn(builtIn, name))
    throw new TidemillError('not_found', {
      kind: `template (there are ${templateNames(root).join(', ')}) called`,
      name,
    })
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    title: at.title,
    data: { values: at.data },
    ...builtIn[name],
  }
}

export interface TemplateValues {
  readonly data: Plain
  readonly x: string
  readonly y: string
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
}

/** A template with the data and the names of a plot in it. */
export function filledTemplate(template: Plain, values: TemplateValues): Plain {
  if (template === at.data) return values.data
  if (typeof template === 'string') {
    return Object.entries(at).reduce(
      (text, [name, anchor]) =>
        name === 'data'
          ? text
          : text.replaceAll(anchor, String(values[name as keyof TemplateValues])),
      template,
    )
  }
  if (Array.isArray(template)) return template.map((each: Plain) => filledTemplate(each, values))
  if (typeof template !== 'object' || template === null) return template
  return Object.fromEntries(
    Object.entries(template).map(([key, each]: [string, Plain]) => [
      key,
      filledTemplate(each, values),
    ]),
  )
}
