import { TidemillError } from '#contract'
import type { EvaluationDataset, EvaluationRecord, EvaluationRecordBody, Scorer } from '#tracking'
import { isJson } from '../../json.ts'
import { limitOf, nextOf, searchOf } from './experiments.ts'
import { wrong, type Input } from './input.ts'
import type { Call, MlflowRoute } from './route.ts'

const datasets = '3.0/mlflow/datasets'
const scorers = '3.0/mlflow/scorers'

function datasetWire(dataset: EvaluationDataset): object {
  return {
    dataset_id: dataset.id,
    name: dataset.name,
    digest: dataset.digest,
    ...(dataset.schema === '' ? {} : { schema: dataset.schema }),
    profile: JSON.stringify({ num_records: dataset.records }),
    tags: JSON.stringify(dataset.tags),
    experiment_ids: dataset.experiments,
    created_time: dataset.createdAt,
    last_update_time: dataset.updatedAt,
    created_by: dataset.createdBy,
    last_updated_by: dataset.updatedBy,
  }
}

function recordJson({ id, dataset, body, ...times }: EvaluationRecord): object {
  const type = body.source?.source_type
  return {
    ...{ dataset_record_id: id, dataset_id: dataset, ...body },
    ...(typeof type === 'string' ? { source_type: type } : {}),
    ...{ created_time: times.createdAt, last_update_time: times.updatedAt },
    ...{ created_by: times.createdBy, last_updated_by: times.updatedBy },
  }
}

/** JSON inside of a text, as these calls send it. */
function inner(input: Input, name: string): unknown {
  const text = input.text(name) ?? ''
  if (text === '') return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw wrong(name, text.slice(0, 100), 'JSON')
  }
}

function tagsOf(input: Input): Record<string, string | null> {
  const value = inner(input, 'tags') ?? {}
  if (!isJson(value)) throw wrong('tags', value, 'an object of texts')
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      each === null ? null : typeof each === 'string' ? each : JSON.stringify(each),
    ]),
  )
}

function recordsOf(input: Input): readonly EvaluationRecordBody[] {
  const value = inner(input, 'records')
  if (!Array.isArray(value)) throw wrong('records', value, 'a list of records')
  return value.map((each: unknown) => {
    if (!isJson(each) || !isJson(each.inputs ?? {})) {
      throw wrong('records', each, 'records with an object of inputs')
    }
    const { inputs = {}, outputs, expectations, tags, source } = each
    return {
      inputs: inputs as EvaluationRecordBody['inputs'],
      ...(outputs === undefined ? {} : { outputs }),
      ...(isJson(expectations) ? { expectations } : {}),
      ...(isJson(tags) ? { tags } : {}),
      ...(isJson(source) ? { source } : {}),
    }
  })
}

const find: MlflowRoute['run'] = async ({ rooms, input }) => {
  const experiments = input.texts('experiment_ids')
  const { items, next } = await rooms.tracking.searchEvaluationDatasets({
    ...searchOf(input),
    ...(experiments.length === 0 ? {} : { experiments }),
    order: input.texts('order_by'),
    limit: limitOf(input, 1000, 1000),
  })
  return { datasets: items.map(datasetWire), ...nextOf(next) }
}

const link =
  (isLinked: boolean): MlflowRoute['run'] =>
  async ({ rooms, input }) => {
    const [id, experiments] = [input.need('dataset_id'), input.texts('experiment_ids')]
    const dataset = await rooms.tracking.linkEvaluationDataset(id, experiments, isLinked)
    return { dataset: datasetWire(dataset) }
  }

function scorerWire({ experiment, name, version, id, body, createdAt }: Scorer): object {
  // In this one message the number has 32 bits, and clients refuse a longer one.
  const number = Number(experiment)
  return {
    ...(number <= 0x7fffffff ? { experiment_id: number } : {}),
    ...{ scorer_name: name, scorer_version: version },
    ...{ serialized_scorer: body, creation_time: createdAt, scorer_id: id },
  }
}

async function scorerOf({ rooms, input }: Call): Promise<Scorer> {
  const [experiment, name] = [input.need('experiment_id'), input.need('name')]
  const version = input.integer('version')
  const all = await rooms.tracking.scorerVersions(experiment, name)
  const found = version === undefined ? all.at(-1) : all.find((each) => each.version === version)
  if (found) return found
  throw new TidemillError('not_found', { kind: 'scorer', name })
}

const write = { permission: 'tracking:write' } as const
const read = { permission: 'tracking:read' } as const

/** Evaluation data sets and scorers of MLflow's GenAI part. */
export const evaluationRoutes: readonly MlflowRoute[] = [
  {
    ...{ method: 'POST', path: `${datasets}/create`, ...write },
    async run({ rooms, input, who }) {
      const tags = tagsOf(input)
      const dataset = await rooms.tracking.createEvaluationDataset({
        name: input.need('name'),
        tags: Object.fromEntries(
          Object.entries(tags).flatMap(([key, value]) => (value === null ? [] : [[key, value]])),
        ),
        experiments: input.texts('experiment_ids'),
        by: input.text('created_by') ?? tags['mlflow.user'] ?? who,
      })
      return { dataset: datasetWire(dataset) }
    },
  },
  { ...{ method: 'POST', path: `${datasets}/search`, ...read }, run: find },
  { ...{ method: 'GET', path: `${datasets}/search`, ...read }, run: find },
  {
    ...{ method: 'GET', path: `${datasets}/:dataset_id`, ...read },
    run: async ({ rooms, input }) => ({
      dataset: datasetWire(await rooms.tracking.evaluationDataset(input.need('dataset_id'))),
    }),
  },
  {
    ...{ method: 'DELETE', path: `${datasets}/:dataset_id`, ...write },
    async run({ rooms, input }) {
      await rooms.tracking.removeEvaluationDataset(input.need('dataset_id'))
      return {}
    },
  },
  {
    ...{ method: 'PATCH', path: `${datasets}/:dataset_id/tags`, ...write },
    async run({ rooms, input }) {
      const id = input.need('dataset_id')
      const dataset = await rooms.tracking.setEvaluationDatasetTags(id, tagsOf(input))
      return { dataset: datasetWire(dataset) }
    },
  },
  {
    ...{ method: 'DELETE', path: `${datasets}/:dataset_id/tags/:key`, ...write },
    async run({ rooms, input }) {
      const tags = { [input.need('key')]: null }
      await rooms.tracking.setEvaluationDatasetTags(input.need('dataset_id'), tags)
      return {}
    },
  },
  {
    ...{ method: 'POST', path: `${datasets}/:dataset_id/records`, ...write },
    async run({ rooms, input, who }) {
      const records = recordsOf(input)
      const user = records.map(({ tags }) => tags?.['mlflow.user']).find(Boolean)
      const by = input.text('updated_by') ?? (typeof user === 'string' ? user : who)
      const id = input.need('dataset_id')
      const { inserted, updated } = await rooms.tracking.putEvaluationRecords(id, records, by)
      return { inserted_count: inserted, updated_count: updated }
    },
  },
  {
    ...{ method: 'GET', path: `${datasets}/:dataset_id/records`, ...read },
    async run({ rooms, input }) {
      const { items, next } = await rooms.tracking.evaluationRecords(input.need('dataset_id'), {
        after: input.text('page_token') ?? '',
        limit: limitOf(input, 1000, 1000),
      })
      return { records: JSON.stringify(items.map(recordJson)), ...nextOf(next) }
    },
  },
  {
    ...{ method: 'DELETE', path: `${datasets}/:dataset_id/records`, ...write },
    async run({ rooms, input }) {
      const [id, records] = [input.need('dataset_id'), input.texts('dataset_record_ids')]
      return { deleted_count: await rooms.tracking.removeEvaluationRecords(id, records) }
    },
  },
  {
    ...{ method: 'GET', path: `${datasets}/:dataset_id/experiment-ids`, ...read },
    run: async ({ rooms, input }) => ({
      experiment_ids: await rooms.tracking.experimentsOfDataset(input.need('dataset_id')),
    }),
  },
  {
    ...{ method: 'POST', path: `${datasets}/:dataset_id/add-experiments`, ...write },
    run: link(true),
  },
  {
    ...{ method: 'POST', path: `${datasets}/:dataset_id/remove-experiments`, ...write },
    run: link(false),
  },
  {
    ...{ method: 'POST', path: `${scorers}/register`, ...write },
    async run({ rooms, input }) {
      const { id } = await rooms.tracking.experiment(input.need('experiment_id'))
      const [name, body] = [input.need('name'), input.need('serialized_scorer')]
      const made = await rooms.tracking.registerScorer(id, name, body)
      return {
        ...{ version: made.version, scorer_id: made.id, experiment_id: id, name },
        ...{ serialized_scorer: made.body, creation_time: made.createdAt },
      }
    },
  },
  {
    ...{ method: 'GET', path: `${scorers}/list`, ...read },
    async run({ rooms, input }) {
      const ids = [...input.texts('experiment_id'), ...input.texts('experiment_ids')]
      return { scorers: (await rooms.tracking.scorers(ids)).map(scorerWire) }
    },
  },
  {
    ...{ method: 'GET', path: `${scorers}/versions`, ...read },
    async run({ rooms, input }) {
      const [experiment, name] = [input.need('experiment_id'), input.need('name')]
      const found = await rooms.tracking.scorerVersions(experiment, name)
      if (found.length === 0) throw new TidemillError('not_found', { kind: 'scorer', name })
      return { scorers: found.map(scorerWire) }
    },
  },
  {
    ...{ method: 'GET', path: `${scorers}/get`, ...read },
    run: async (call) => ({ scorer: scorerWire(await scorerOf(call)) }),
  },
  {
    ...{ method: 'DELETE', path: `${scorers}/delete`, ...write },
    async run({ rooms, input }) {
      const [experiment, name] = [input.need('experiment_id'), input.need('name')]
      await rooms.tracking.removeScorer(experiment, name, input.integer('version'))
      return {}
    },
  },
]
