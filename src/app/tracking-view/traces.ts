import type { Tracking } from '#tracking'
import type { ExperimentReach } from '../experiment-reach.ts'

type Own = Pick<
  Tracking,
  | 'saveTrace'
  | 'addSpans'
  | 'trace'
  | 'traces'
  | 'spansOf'
  | 'searchTraces'
  | 'setTraceTag'
  | 'removeTraceTag'
  | 'addAssessment'
  | 'assessment'
  | 'changeAssessment'
  | 'removeAssessment'
  | 'removeTraces'
  | 'linkTraces'
  | 'linkPrompts'
  | 'countTraces'
  | 'measureTraces'
>

export function viewOfTraces(tracking: Tracking, reach: ExperimentReach): Own {
  const reads = (trace: string) => reach.needOwner('tracking:read', trace)
  const writes = (trace: string) => reach.needOwner('tracking:write', trace)
  const writesInto = (experiment: string) =>
    reach.need('tracking:write', experiment, { kind: 'experiment', name: experiment })

  /** A trace that is there already may be somebody else's. */
  async function needFree(traces: readonly string[]): Promise<void> {
    for (const trace of (await tracking.experimentsOf(traces)).keys()) await writes(trace)
  }

  async function visibleOf(traces: readonly string[]): Promise<readonly string[]> {
    const visible = await reach.visible()
    if (!visible) return traces
    const places = await tracking.experimentsOf(traces)
    return traces.filter((trace) => visible.has(places.get(trace) ?? ''))
  }

  /** The same of no more experiments than may be seen. */
  async function within<T extends { readonly experiments: readonly string[] }>(of: T): Promise<T> {
    const visible = await reach.visible()
    return visible ? { ...of, experiments: of.experiments.filter((id) => visible.has(id)) } : of
  }

  return {
    async saveTrace(given) {
      await writesInto(given.experiment)
      await needFree([given.id])
      return tracking.saveTrace(given)
    },
    async addSpans(experiment, spans, tags) {
      await writesInto(experiment)
      await needFree([...new Set(spans.map(({ trace }) => trace))])
      await tracking.addSpans(experiment, spans, tags)
    },
    async trace(id) {
      await reads(id)
      return tracking.trace(id)
    },
    traces: async (ids) => tracking.traces(await visibleOf(ids)),
    spansOf: async (ids) => tracking.spansOf(await visibleOf(ids)),
    searchTraces: async (search) => tracking.searchTraces(await within(search)),
    countTraces: async (search) => tracking.countTraces(await within(search)),
    measureTraces: async (question) => tracking.measureTraces(await within(question)),
    async setTraceTag(id, key, value) {
      await writes(id)
      await tracking.setTraceTag(id, key, value)
    },
    async removeTraceTag(id, key) {
      await writes(id)
      await tracking.removeTraceTag(id, key)
    },
    async addAssessment(given) {
      await writes(given.trace)
      return tracking.addAssessment(given)
    },
    async assessment(trace, id) {
      await reads(trace)
      return tracking.assessment(trace, id)
    },
    async changeAssessment(trace, id, change) {
      await writes(trace)
      return tracking.changeAssessment(trace, id, change)
    },
    async removeAssessment(trace, id) {
      await writes(trace)
      await tracking.removeAssessment(trace, id)
    },
    async linkTraces(run, ids) {
      await reach.needOwner('tracking:write', run)
      for (const id of ids) await reads(id)
      await tracking.linkTraces(run, ids)
    },
    async linkPrompts(id, prompts) {
      await writes(id)
      await tracking.linkPrompts(id, prompts)
    },
    async removeTraces(experiment, which) {
      await writesInto(experiment)
      return tracking.removeTraces(experiment, which)
    },
  }
}
