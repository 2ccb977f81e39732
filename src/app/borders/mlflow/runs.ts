import type { Identity } from '#auth'
import { TidemillError } from '#contract'
import { jsonText, type Reply } from '#http'
import { checkFirstTag, type LogEntries } from '#tracking'
import type { Rooms } from '../../rooms.ts'
import { trustIn } from '../../source-by.ts'
import { experimentNamedBy } from './default-experiment.ts'
import { limitOf, searchOf, viewOf } from './experiments.ts'
import { missing } from './input.ts'
import { withKeptId } from './kept-id.ts'
import { longest, shortText } from './limits.ts'
import { historyTag, readModel, withModel } from './log-model.ts'
import type { Call, MlflowRoute } from './route.ts'
import {
  atMost,
  longestName,
  longestTag,
  metricOf,
  metricsOf,
  nonEmpty,
  paramsOf,
  runOf,
  stateOf,
  tagsOf,
} from './run-fields.ts'
import { scriptSource } from './script-source.ts'
import { runInfoWire, runText } from './run-wire.ts'
import { textsOf } from './wire.ts'

const path = '2.0/mlflow/runs'
async function full(rooms: Rooms, id: string): Promise<Reply> {
  const [packed, inputs] = await Promise.all([
    rooms.tracking.packedRun(id),
    rooms.tracking.inputsOf([id]),
  ])
  return jsonText(`{"run":${runText(packed, inputs.get(id))}}`)
}

async function log(call: Call, id: string, entries: LogEntries): Promise<object> {
  const { app, rooms, request } = call
  const trust = trustIn(request.identity as Identity, rooms.project)
  await rooms.tracking.log(id, { ...entries, trust })
  app.events.emit('runs', id)
  return {}
}

export const runRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path: `${path}/create`,
    permission: 'tracking:write',
    async run({ app, rooms, input, request, who }) {
      const tags = tagsOf(input.list('tags'), checkFirstTag)
      const given = shortText(input, 'run_name', longestTag) ?? ''
      const tagged = tags['mlflow.runName'] ?? ''
      if (given !== '' && tagged !== '' && given !== tagged) {
        const problem = `The run's name is ${JSON.stringify(given)}, but its tag mlflow.runName says ${JSON.stringify(tagged)}.`
        throw new TidemillError('bad_request', { problem })
      }
      const name = given === '' ? tagged : given
      const { 'mlflow.runName': _, ...rest } = tags
      const startedAt = input.integer('start_time')
      const user = shortText(input, 'user_id', longestName) ?? ''
      const experiment = { id: await experimentNamedBy(rooms, input.text('experiment_id')) }
      const made = await withKeptId(input, ['run_id', /^[0-9a-f]{32}$/], (own) =>
        rooms.tracking.create({
          ...own,
          experiment,
          user: user === '' ? who : user,
          tags: rest,
          source: scriptSource(tags, trustIn(request.identity as Identity, rooms.project)),
          ...(name === '' ? {} : { name }),
          ...(startedAt === undefined ? {} : { startedAt }),
        }),
      )
      app.events.emit('runs', made.id)
      return full(rooms, made.id)
    },
  },
  {
    method: 'GET',
    path: `${path}/get`,
    permission: 'tracking:read',
    run: ({ rooms, input }) => full(rooms, runOf(input)),
  },
  {
    method: 'POST',
    path: `${path}/update`,
    permission: 'tracking:write',
    async run({ app, rooms, input }) {
      const id = runOf(input)
      const [status, endedAt] = [stateOf(input), input.integer('end_time')]
      const name = shortText(input, 'run_name', longestTag) ?? ''
      const run = await rooms.tracking.update(id, {
        ...(status === undefined ? {} : { status }),
        ...(endedAt === undefined ? {} : { endedAt }),
        ...(name === '' ? {} : { name }),
      })
      app.events.emit('runs', id)
      return { run_info: runInfoWire(run) }
    },
  },
  {
    method: 'POST',
    path: `${path}/delete`,
    permission: 'tracking:write',
    async run({ app, rooms, input }) {
      const id = runOf(input)
      await rooms.tracking.remove(id)
      app.events.emit('runs', id)
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/restore`,
    permission: 'tracking:write',
    async run({ app, rooms, input }) {
      const id = runOf(input)
      await rooms.tracking.restore(id)
      app.events.emit('runs', id)
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/log-metric`,
    permission: 'tracking:write',
    run: (call) => log(call, runOf(call.input), { metrics: [metricOf(call.input)] }),
  },
  {
    method: 'POST',
    path: `${path}/log-parameter`,
    permission: 'tracking:write',
    run: (call) => log(call, runOf(call.input), { params: paramsOf([call.input]) }),
  },
  {
    method: 'POST',
    path: `${path}/set-tag`,
    permission: 'tracking:write',
    run: (call) => log(call, runOf(call.input), { tags: tagsOf([call.input]) }),
  },
  {
    method: 'POST',
    path: `${path}/delete-tag`,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      await rooms.tracking.removeTag(runOf(input), input.need('key'))
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/log-batch`,
    permission: 'tracking:write',
    run(call) {
      const { input } = call
      const [params, tags] = [input.list('params'), input.list('tags')]
      const metrics = metricsOf(input)
      atMost(params, 100, 'params')
      atMost(tags, 100, 'tags')
      atMost([...metrics, ...params, ...tags], 1000, 'metrics, params and tags')
      return log(call, runOf(input), { metrics, params: paramsOf(params), tags: tagsOf(tags) })
    },
  },
  {
    method: 'POST',
    path: `${path}/log-model`,
    permission: 'tracking:write',
    async run(call) {
      const id = runOf(call.input)
      const model = readModel(call.input.need('model_json'))
      await call.rooms.tracking.changeTag(id, historyTag, (before) => withModel(before, model))
      call.app.events.emit('runs', id)
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/log-inputs`,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      atMost(input.list('datasets'), 1000, 'datasets')
      const datasets = input.list('datasets').map((each) => {
        const dataset = each.object('dataset')
        if (!dataset) throw missing('datasets.dataset')
        const schema = shortText(dataset, 'schema', longest.schema)
        const profile = shortText(dataset, 'profile', longest.profile)
        return {
          name: nonEmpty(dataset, 'name', longestName),
          digest: nonEmpty(dataset, 'digest', longest.digest),
          sourceType: shortText(dataset, 'source_type', longest.datasetName) ?? '',
          source: shortText(dataset, 'source', longest.source) ?? '',
          ...(schema === undefined ? {} : { schema }),
          ...(profile === undefined ? {} : { profile }),
          tags: textsOf(each.list('tags'), longest.inputTag),
        }
      })
      const models = input.list('models').map((each) => each.need('model_id'))
      await rooms.tracking.logInputs(runOf(input), datasets, models)
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/outputs`,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      const outputs = input.list('models').map((each) => ({
        model: each.need('model_id'),
        step: each.integer('step') ?? 0,
      }))
      await rooms.tracking.logOutputs(runOf(input), outputs)
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/search`,
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const { items, next } = await rooms.tracking.searchPacked({
        ...searchOf(input),
        experiments: input.texts('experiment_ids'),
        order: input.texts('order_by'),
        limit: limitOf(input, 1000, 50_000),
        removed: viewOf(input, 'run_view_type'),
      })
      const inputs = await rooms.tracking.inputsOf(items.map(({ row }) => row.id))
      let runs = ''
      for (const item of items) {
        runs += `${runs === '' ? '' : ','}${runText(item, inputs.get(item.row.id))}`
      }
      const token = next === undefined ? '' : `,"next_page_token":${JSON.stringify(next)}`
      return jsonText(`{"runs":[${runs}]${token}}`)
    },
  },
]
