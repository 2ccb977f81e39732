import {
  measuredNumber,
  type GateCheck,
  type MetricName,
  type Requirement,
  type Signature,
} from '#contract'
import { directionality, evaluate, invariance, minimumFunctionality, shortfall } from '#evaluation'
import { kindOf, take, type Table } from '#table'
import type { OfflineModel } from '#serving'
import type { GateSubject } from './gate-subject.ts'
import { measureLatency } from './measure-latency.ts'

/** Rows a behaviour test looks at: enough for its averages, few enough to be quick. */
const sampleRows = 500

/** Whether one version meets one requirement, with what was observed, in a sentence a person can read. */
export async function checkRequirement(
  requirement: Requirement,
  subject: GateSubject,
): Promise<GateCheck> {
  switch (requirement.kind) {
    case 'metric':
      return metricCheck(requirement, subject)
    case 'latency':
      return latencyCheck(requirement, subject)
    case 'schema':
      return schemaCheck(requirement, subject)
    case 'mean_row': {
      const result = await minimumFunctionality(await subject.model(), await subject.rows())
      return { requirement, ...result }
    }
    case 'invariance': {
      const { columns, factor, tolerance } = requirement
      const rows = sample(await subject.rows())
      const result = await invariance(await subject.model(), rows, { columns, factor, tolerance })
      return { requirement, ...result }
    }
    case 'direction': {
      const { column, delta, expect } = requirement
      const rows = sample(await subject.rows())
      const result = await directionality(await subject.model(), rows, { column, delta, expect })
      return { requirement, ...result }
    }
    case 'not_worse':
      return notWorseCheck(requirement, subject)
  }
}

type Of<Kind extends Requirement['kind']> = Extract<Requirement, { kind: Kind }>

function metricCheck(requirement: Of<'metric'>, { version }: GateSubject): GateCheck {
  const { metric, min, max } = requirement
  const observed = measuredNumber(version.metrics[metric])
  const bounds = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
  ].join(' and ')
  if (observed === undefined) {
    return {
      requirement,
      passed: false,
      summary: `The run has no metric ${metric}; it must be ${bounds}.`,
    }
  }
  const passed = (min === undefined || observed >= min) && (max === undefined || observed <= max)
  return {
    requirement,
    passed,
    ...(Number.isFinite(observed) ? { observed } : {}),
    summary: `${metric} is ${observed.toFixed(4)}; it must be ${bounds}.`,
  }
}

async function latencyCheck(requirement: Of<'latency'>, subject: GateSubject): Promise<GateCheck> {
  const { p50, p99, calls, rounds } = await measureLatency(subject, requirement.p99Ms)
  return {
    requirement,
    passed: p99 <= requirement.p99Ms,
    observed: p99,
    summary: `The 99th percentile of ${calls} single predictions is ${p99.toFixed(2)} ms; at most ${requirement.p99Ms} ms.`,
    evidence: { p50, p99, calls, rounds },
  }
}

async function schemaCheck(requirement: Of<'schema'>, subject: GateSubject): Promise<GateCheck> {
  const { signature } = subject.version
  const fields = new Map((await subject.rows()).schema.fields.map((field) => [field.name, field]))
  const problems = signature.inputs.flatMap((input) => {
    const field = fields.get(input.name)
    if (!field) return [`the data have no column ${input.name}`]
    return kindOf(field.type) === kindOf(input.type)
      ? []
      : [`${input.name} is ${field.type} in the data`]
  })
  const inputs = new Set(signature.inputs.map((input) => input.name))
  const unused = [...fields.keys()].filter((name) => !inputs.has(name))
  return {
    requirement,
    passed: problems.length === 0,
    summary:
      problems.length === 0
        ? `All ${signature.inputs.length} inputs are columns of the data, of the same kind.`
        : `The signature and the data disagree: ${problems.join('; ')}.`,
    evidence: { problems, unused },
  }
}

async function notWorseCheck(
  requirement: Of<'not_worse'>,
  subject: GateSubject,
): Promise<GateCheck> {
  const { metric, margin } = requirement
  const champion = await subject.champion()
  if (!champion) {
    return { requirement, passed: true, summary: 'There is no champion to be compared with.' }
  }
  const held = await subject.held()
  if (!held) throw new Error('the run kept no rows back from training to compare on')
  const { rows, truth: truths } = held
  const [mine, theirs] = await Promise.all([
    score(await subject.model(), rows, truths, metric, subject.version.signature),
    score(champion.model, rows, truths, metric, champion.version.signature),
  ])
  const unknown = [
    ...(mine.value === undefined ? [`This version: ${mine.why}`] : []),
    ...(theirs.value === undefined ? [`The champion: ${theirs.why}`] : []),
  ]
  if (mine.value === undefined || theirs.value === undefined) {
    return {
      requirement,
      passed: false,
      summary: `${metric} cannot be measured on the ${rows.length} rows. ${unknown.join(' ')}`,
      evidence: { problems: unknown, championVersion: champion.version.version },
    }
  }
  const worse = shortfall(metric, mine.value, theirs.value)
  const passed = worse <= margin
  return {
    requirement,
    passed,
    observed: -worse,
    summary: `On the same ${rows.length} rows, ${metric} is ${mine.value.toFixed(4)} and the champion’s ${theirs.value.toFixed(4)}; at most ${margin} worse is accepted.`,
    evidence: {
      ...{ challenger: mine.value, champion: theirs.value },
      championVersion: champion.version.version,
    },
  }
}

async function score(
  model: OfflineModel,
  rows: Table,
  truth: readonly string[],
  metric: MetricName,
  signature: Signature,
): Promise<{ readonly value: number | undefined; readonly why: string }> {
  const { labels, probabilities } = await model.predict(rows)
  const { classes = [], positive } = signature
  // A version registered before that was asked may name a positive class that it does not have.
  const known = positive !== undefined && (classes.length === 0 || classes.includes(positive))
  const metrics = evaluate(truth, {
    labels,
    probabilities,
    ...(signature.classes === undefined ? {} : { classes }),
    ...(known ? { positive } : {}),
  })
  const width = classes.length
  const without = labels.filter(
    (_, row) =>
      width === 0 || probabilities.subarray(row * width, (row + 1) * width).some(Number.isNaN),
  ).length
  const why =
    without > 0
      ? `${without} rows have no probability.`
      : known
        ? 'The rows do not hold what it takes.'
        : 'It names no positive class that it has.'
  return { value: metrics[metric], why }
}

function sample(rows: Table): Table {
  if (rows.length <= sampleRows) return rows
  const step = rows.length / sampleRows
  return take(
    rows,
    Array.from({ length: sampleRows }, (_, i) => Math.floor(i * step)),
  )
}
