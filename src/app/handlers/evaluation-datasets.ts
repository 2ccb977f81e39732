import { Readable } from 'node:stream'
import { operations, type InputOf } from '#contract'
import { splitOrder } from '#tracking'
import { quoted } from '../filter-text.ts'
import { implement, implementDownload } from '../handler.ts'
import type { Rooms } from '../rooms.ts'
import { activeExperiments } from '../steps/active-experiments.ts'
import {
  evaluationDatasetRecord,
  evaluationRecord,
  recordLines,
  recordsCsv,
} from '../steps/evaluation-records.ts'

const { evaluationDatasets } = operations

const area = 'evaluationDatasets'

async function experimentNames(rooms: Rooms): Promise<ReadonlyMap<string, string>> {
  const all = await activeExperiments(rooms, undefined)
  return new Map(all.map(({ id, name }) => [id, name]))
}

export const evaluationDatasetHandlers = [
  implement(evaluationDatasets.search, async (input, { rooms }) => {
    const { experiment, order, cursor, limit } = input
    const within = experiment === undefined ? undefined : await activeExperiments(rooms, experiment)
    const { items, next } = await rooms.tracking.searchEvaluationDatasets({
      filter: filterOf(input),
      ...(within === undefined ? {} : { experiments: within.map(({ id }) => id) }),
      ...(order === undefined ? {} : { order: splitOrder(order) }),
      ...(cursor === undefined ? {} : { cursor }),
      ...(limit === undefined ? {} : { limit }),
    })
    const names = await experimentNames(rooms)
    return {
      datasets: items.map((each) => evaluationDatasetRecord(each, names)),
      ...(next === undefined ? {} : { next }),
    }
  }),

  implement(evaluationDatasets.get, async ({ dataset }, { rooms }) => {
    const found = await rooms.tracking.evaluationDataset(dataset)
    return { dataset: evaluationDatasetRecord(found, await experimentNames(rooms)) }
  }),

  implement(
    evaluationDatasets.records,
    async ({ dataset, text = '', cursor = '', limit = 100 }, { rooms }) => {
      const page = { text: text.trim(), after: cursor, limit }
      const { items, next } = await rooms.tracking.evaluationRecords(dataset, page)
      return {
        records: items.map(evaluationRecord),
        ...(next === undefined ? {} : { next }),
      }
    },
  ),

  implement(evaluationDatasets.record, async ({ dataset, record }, { rooms }) => ({
    record: evaluationRecord(await rooms.tracking.evaluationRecord(dataset, record)),
  })),

  implementDownload(
    evaluationDatasets.download,
    async ({ dataset, format = 'jsonl' }, { rooms }) => {
      const found = await rooms.tracking.evaluationDataset(dataset)
      const isCsv = format === 'csv'
      const lines = isCsv ? recordsCsv(rooms.tracking, found) : recordLines(rooms.tracking, dataset)
      return {
        bytes: Readable.from(lines),
        type: isCsv ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8',
        filename: `${found.name}.${format}`,
      }
    },
  ),

  implement(evaluationDatasets.tag, async ({ dataset, tags }, { rooms, app }) => {
    const changed = await rooms.tracking.setEvaluationDatasetTags(dataset, tags)
    app.events.emit(area, dataset)
    return { dataset: evaluationDatasetRecord(changed, await experimentNames(rooms)) }
  }),

  implement(evaluationDatasets.removeRecord, async ({ dataset, record }, { rooms, app }) => {
    await rooms.tracking.evaluationRecord(dataset, record)
    await rooms.tracking.removeEvaluationRecords(dataset, [record])
    app.events.emit(area, dataset)
    return { done: true as const }
  }),

  implement(evaluationDatasets.remove, async ({ dataset, dry = false }, { rooms, app, who }) => {
    const found = await rooms.tracking.evaluationDataset(dataset)
    const { name, records, experiments } = evaluationDatasetRecord(
      found,
      await experimentNames(rooms),
    )
    if (!dry) {
      await rooms.tracking.removeEvaluationDataset(dataset)
      const gone = { object: dataset, detail: `${name}, ${records} records` }
      await app.auth.audit.record({ who, what: 'evaluationDatasets.remove', ...gone })
      app.events.emit(area, dataset)
    }
    return { name, records, experiments: experiments.map((each) => each.name), dry }
  }),
]

function filterOf({ text = '', filter = '' }: InputOf<typeof evaluationDatasets.search>): string {
  const words = text.trim()
  return [
    ...(filter.trim() === '' ? [] : [filter]),
    ...(words === '' ? [] : [`name ILIKE ${quoted(`%${words}%`)}`]),
  ].join(' AND ')
}
