import type { GateCheck, Requirement, Signature } from '#contract'
import { directionality, evaluate, invariance, minimumFunctionality } from '#evaluation'
import { drop, take, type Table } from '#table'
import { quantile } from '#stats'
import type { OfflineModel } from '#serving'
import type { GateSubject } from './gate-subject.ts'

/** Rows a behaviour test looks at: enough for its averages, few enough to be quick. */
const sampleRows = 500
const latencyCalls = 200
const latencyRounds = 3

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
      const result = await minimumFunctionality(subject.model, features(subject))
      return { requirement, ...result }
    }
    case 'invariance': {
      const { columns, factor, tolerance } = requirement
      const rows = sample(features(subject))
      const result = await invariance(subject.model, rows, { columns, factor, tolerance })
      return { requirement, ...result }
    }
    case 'direction': {
      const { column, delta, expect } = requirement
      const rows = sample(features(subject))
      const result = await directionality(subject.model, rows, { column, delta, expect })
      return { requirement, ...result }
    }
    case 'not_worse':
      return notWorseCheck(requirement, subject)
  }
}

type Of<Kind extends Requirement['kind']> = Extract<Requirement, { kind: Kind }>

function metricCheck(requirement: Of<'metric'>, { version }: GateSubject): GateCheck {
  const { metric, min, max } = requirement
  const observed = version.metrics[metric]
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
    observed,
    summary: `${metric} is ${observed.toFixed(4)}; it must be ${bounds}.`,
  }
}

/** A machine that others use too is measured again before a model is called slow: what counts is the round least disturbed. */
async function latencyCheck(requirement: Of<'latency'>, subject: GateSubject): Promise<GateCheck> {
  const rounds: (readonly number[])[] = []
  const p99Of = (times: readonly number[]): number => quantile(times, 0.99) ?? Infinity
  do rounds.push(await timesOf(subject))
  while (rounds.length < latencyRounds && p99Of(rounds.at(-1) ?? []) > requirement.p99Ms)
  const [times = []] = rounds.toSorted((a, b) => p99Of(a) - p99Of(b))
  const p99 = p99Of(times)
  return {
    requirement,
    passed: p99 <= requirement.p99Ms,
    observed: p99,
    summary: `The 99th percentile of ${times.length} single predictions is ${p99.toFixed(2)} ms; at most ${requirement.p99Ms} ms.`,
    evidence: { p50: quantile(times, 0.5), p99, calls: times.length, rounds: rounds.map(p99Of) },
  }
}

async function timesOf(subject: GateSubject): Promise<readonly number[]> {
  const rows = features(subject)
  const times: number[] = []
  for (let call = 0; call < latencyCalls; call++) {
    const row = take(rows, [call % rows.length])
    const begin = performance.now()
    await subject.model.predict(row)
    // The first calls warm the session up.
    if (call >= 10) times.push(performance.now() - begin)
  }
  return times
}

function schemaCheck(requirement: Of<'schema'>, subject: GateSubject): GateCheck {
  const { signature } = subject.version
  const fields = new Map(features(subject).schema.fields.map((field) => [field.name, field]))
  const problems = signature.inputs.flatMap((input) => {
    const field = fields.get(input.name)
    if (!field) return [`the data have no column ${input.name}`]
    const numeric = field.type === 'number' || field.type === 'integer'
    const wantsNumber = input.type === 'number' || input.type === 'integer'
    return numeric === wantsNumber ? [] : [`${input.name} is ${field.type} in the data`]
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
  const { champion, held } = subject
  if (!champion) {
    return { requirement, passed: true, summary: 'There is no champion to be compared with.' }
  }
  if (!held) throw new Error('the run kept no rows back from training to compare on')
  const { rows, truth: truths } = held
  const [mine, theirs] = await Promise.all([
    score(subject.model, rows, truths, metric, subject.version.signature),
    score(champion.model, rows, truths, metric, champion.version.signature),
  ])
  const passed = mine >= theirs - margin
  return {
    requirement,
    passed,
    observed: mine - theirs,
    summary: `On the same ${rows.length} rows, ${metric} is ${mine.toFixed(4)} and the champion’s ${theirs.toFixed(4)}; at most ${margin} less is accepted.`,
    evidence: { challenger: mine, champion: theirs, championVersion: champion.version.version },
  }
}

async function score(
  model: OfflineModel,
  rows: Table,
  truth: readonly string[],
  metric: string,
  signature: Signature,
): Promise<number> {
  const { labels, probabilities } = await model.predict(rows)
  const metrics = evaluate(truth, {
    labels,
    probabilities,
    ...(signature.classes === undefined ? {} : { classes: signature.classes }),
    ...(signature.positive === undefined ? {} : { positive: signature.positive }),
  })
  const value = metrics[metric]
  if (value === undefined) throw new Error(`there is no metric ${metric}`)
  return value
}

function features({ rows, label }: GateSubject): Table {
  return label === undefined ? rows : drop(rows, [label])
}

function sample(rows: Table): Table {
  if (rows.length <= sampleRows) return rows
  const step = rows.length / sampleRows
  return take(
    rows,
    Array.from({ length: sampleRows }, (_, i) => Math.floor(i * step)),
  )
}
