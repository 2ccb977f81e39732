import type { Consumer, GateCheck } from '#contract'
import { contractBreaks, outputsOf, type ObservedRanges } from '#registry'
import type { GateSubject } from './gate-subject.ts'
import { measureLatency } from './measure-latency.ts'

/** Whether a version keeps what one application relies on, with its name and what would break. */
export async function checkConsumer(consumer: Consumer, subject: GateSubject): Promise<GateCheck> {
  const { name, contract } = consumer
  const { signature } = subject.version
  const breaks = [...contractBreaks(contract, signature, await observe(consumer, subject))]
  const evidence: Record<string, unknown> = {}
  if (contract.latencyMs !== undefined && breaks.length === 0) {
    const { p99, calls } = await measureLatency(subject, contract.latencyMs)
    evidence.p99 = p99
    if (p99 > contract.latencyMs) {
      breaks.push(
        `99 of ${calls > 100 ? '100' : calls} answers take ${p99.toFixed(1)} ms, over ${contract.latencyMs} ms`,
      )
    }
  }
  const relied = contract.outputs.length + (contract.inputs?.length ?? 0)
  return {
    requirement: { kind: 'consumer', consumer: name },
    passed: breaks.length === 0,
    summary:
      breaks.length === 0
        ? `${name} keeps all it relies on (${relied} inputs and outputs).`
        : `${name} would break: ${breaks.join('; ')}.`,
    evidence: { ...evidence, ...(breaks.length === 0 ? {} : { breaks }) },
  }
}

/** The range of a regression's answers, on the rows held back, where a contract bounds it and the signature does not. */
async function observe({ contract }: Consumer, subject: GateSubject): Promise<ObservedRanges> {
  const isBounded = contract.outputs.some(({ min, max }) => min !== undefined || max !== undefined)
  const isOpen = outputsOf(subject.version.signature)?.some(
    ({ name, min }) => name === 'prediction' && min === undefined,
  )
  const { classes } = subject.version.signature
  if (!isBounded || !isOpen || classes || subject.version.format !== 'onnx') return {}
  const rows = (await subject.held())?.rows ?? (await subject.rows())
  const { labels } = await (await subject.model()).predict(rows)
  const numbers = labels.map(Number)
  return {
    prediction: {
      min: numbers.reduce((least, each) => Math.min(least, each), Infinity),
      max: numbers.reduce((most, each) => Math.max(most, each), -Infinity),
    },
  }
}
