import { commitOf, type Run, type Signature } from '#contract'
import type { NewVersion } from './new-version.ts'
import { ownMetrics } from './own-metrics.ts'

export interface CardFacts {
  readonly model: string
  readonly version: number
  readonly description: string
  readonly digest: string
  readonly signature: Signature
  readonly run?: Run
  readonly datasets?: NewVersion['datasets']
}

/**
 * A model card in Markdown, made from what is known: what it answers, what it was trained on, how well it did, and what nobody has
 * said yet.
 *
 * References: Mitchell et al. (2019), Model cards for model reporting.
 */
export function modelCard(facts: CardFacts): string {
  const { model, version, description, digest, signature, run, datasets } = facts
  return [
    `# ${model}, version ${version}`,
    '',
    description === '' ? '_What it is for has not been written yet._' : description,
    '',
    '## What it answers',
    '',
    ...answerLines(signature),
    '',
    '## How it was made',
    '',
    ...sourceLines(run, datasets),
    `- Bytes: \`${digest}\``,
    '',
    '## How well it did',
    '',
    ...metricLines(run),
    '',
    '## Limits',
    '',
    ...limitLines(signature),
    '',
  ].join('\n')
}

/** Only our own training says which values it saw and on which rows it measured. */
function limitLines(signature: Signature): string[] {
  if (!hasRanges(signature)) return ['_Nobody has written them yet._']
  return [
    '- It has seen values in the ranges above; outside of them its answers are guesses.',
    '- The metrics are of rows held back from training, of the same data. Drift is watched by the endpoint’s monitor.',
  ]
}

function hasRanges({ inputs }: Signature): boolean {
  return inputs.some(({ min, max }) => min !== undefined || max !== undefined)
}

function answerLines(signature: Signature): string[] {
  const { inputs } = signature
  if (inputs.length === 0) {
    return ['What its files say when MLflow loads them; its inputs are not known here.']
  }
  const ranged = hasRanges(signature)
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const columns = ['input', 'type', ...(ranged ? ['from', 'to', 'mean'] : [])]
  return [
    answerLine(signature),
    '',
    row(columns),
    `|${columns.map(() => '---').join('|')}|`,
    ...inputs.map(({ name, type, optional, min, max, mean }) =>
      row([
        name,
        `${type}${optional ? ', may be missing' : ''}`,
        ...(ranged ? [min, max, mean].map(shown) : []),
      ]),
    ),
  ]
}

function answerLine({ classes, labels, positive, outputs }: Signature): string {
  if (outputs) return `Gives ${outputs.map((each) => `${each.name} (${each.type})`).join(', ')}.`
  if (!classes) return 'A number.'
  const named = classes.map((each) => (labels?.[each] ? `${each} (${labels[each]})` : each))
  const risk = positive === undefined ? '' : ` The risk is the probability of ${positive}.`
  return `One of ${named.join(', ')}, with probabilities.${risk}`
}

function sourceLines(run: Run | undefined, datasets: NewVersion['datasets']): string[] {
  if (!run) return ['- The run is not known.']
  const { source, params } = run
  return [
    `- Run: ${run.name} (\`${run.id}\`) of experiment ${run.experiment}, by ${run.user}`,
    `- Data: ${dataText(source, datasets)}`,
    `- Code: ${commitOf(run) ?? 'not recorded'}`,
    ...Object.entries(params).map(([key, value]) => `- ${key}: ${value}`),
  ]
}

/** The version of ours that it was trained on, and each data set that MLflow's client logged. */
function dataText(source: Run['source'], datasets: NewVersion['datasets'] = []): string {
  const { dataset, datasetVersion = '?', dataDigest = '?' } = source
  const read = [
    ...(dataset === undefined ? [] : [`${dataset} version ${datasetVersion} (\`${dataDigest}\`)`]),
    ...datasets.map(({ name, digest, context }) =>
      [`${name} (\`${digest}\`)`, ...(context === undefined ? [] : [`for ${context}`])].join(' '),
    ),
  ]
  return read.length === 0 ? 'not recorded' : read.join(', ')
}

function metricLines(run: Run | undefined): string[] {
  const metrics = Object.entries(ownMetrics(run))
  if (metrics.length === 0) return ['_No metrics were recorded._']
  return [
    '| metric | value |',
    '|---|---|',
    ...metrics.map(([key, value]) => `| ${key} | ${shown(value)} |`),
  ]
}

function shown(value: number | undefined): string {
  if (value === undefined) return ''
  return Number.isInteger(value) ? String(value) : value.toPrecision(4)
}
