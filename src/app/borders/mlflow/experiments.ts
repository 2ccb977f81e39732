import { TidemillError } from '#contract'
import { experimentNamedBy } from './default-experiment.ts'
import { missing, wrong, type Input } from './input.ts'
import { withKeptId } from './kept-id.ts'
import { shortText } from './limits.ts'
import type { Call, MlflowRoute } from './route.ts'
import { experimentWire, textsOf } from './wire.ts'

const path = '2.0/mlflow/experiments'
const longestTag = 20_000
const longestPlace = 2048
const views = { ACTIVE_ONLY: 'without', DELETED_ONLY: 'only', ALL: 'with' } as const

/** What a search asks of hidden things. */
export function viewOf(input: Input, name: string): 'without' | 'only' | 'with' {
  const view = input.text(name) ?? 'ACTIVE_ONLY'
  if (Object.hasOwn(views, view)) return views[view as keyof typeof views]
  throw wrong(name, view, Object.keys(views).join(', '))
}

export function limitOf(input: Input, usual: number, most: number): number {
  const limit = input.integer('max_results') ?? usual
  if (limit >= 1 && limit <= most) return limit
  throw wrong('max_results', limit, `a number from 1 to ${most}`)
}

/** One page of a list that has one order. */
export function pageOf(
  input: Input,
  usual: number,
): { readonly limit: number; readonly cursor?: string } {
  const cursor = input.text('page_token') ?? ''
  return { limit: limitOf(input, usual, 50_000), ...(cursor === '' ? {} : { cursor }) }
}

/** A search's common fields. */
export function searchOf(input: Input): {
  readonly strict: true
  readonly filter: string
  readonly cursor?: string
} {
  const cursor = input.text('page_token') ?? ''
  return {
    strict: true,
    filter: input.text('filter') ?? input.text('filter_string') ?? '',
    ...(cursor === '' ? {} : { cursor }),
  }
}

export function nextOf(next: string | undefined): object {
  return next === undefined ? {} : { next_page_token: next }
}

async function one({ rooms }: Call, id: string): Promise<object> {
  const own = await experimentNamedBy(rooms, id)
  return { experiment: experimentWire(await rooms.tracking.experiment(own)) }
}

/** Where runs keep their files when not here: only where the client goes itself, never a place this server would read. */
function artifactRoot(input: Input): string | undefined {
  const given = input.text('artifact_location') ?? ''
  if (given === '') return undefined
  if (given.length > longestPlace) {
    const shown = `${given.slice(0, 60)}…`
    throw wrong('artifact_location', shown, `at most ${longestPlace} characters`)
  }
  if (/^(?:s3|gs|wasbs|dbfs):/.test(given) && !/\.\.|%|[?#\\\s]/.test(given)) return given
  throw wrong('artifact_location', given, 'nothing, or an s3:, gs:, wasbs: or dbfs: address')
}

function nameOf(input: Input, field: string): string {
  const name = shortText(input, field, 500) ?? ''
  if (name.trim() !== '') return name
  throw missing(field)
}

function tagsOf(list: readonly Input[]): Record<string, string> {
  for (const each of list) shortText(each, 'value', longestTag)
  return textsOf(list)
}

export const experimentRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path: `${path}/create`,
    permission: 'tracking:write',
    async run({ input, rooms }) {
      const name = nameOf(input, 'name')
      const root = artifactRoot(input)
      const tags = tagsOf(input.list('tags'))
      const made = await withKeptId(input, ['experiment_id', /^\d{1,18}$/], (own) =>
        rooms.tracking.createExperiment({
          ...{ ...own, name, tags },
          ...(root === undefined ? {} : { artifactRoot: root }),
        }),
      )
      return { experiment_id: made.id }
    },
  },
  {
    method: 'GET',
    path: `${path}/get`,
    permission: 'tracking:read',
    run: (call) => one(call, call.input.need('experiment_id')),
  },
  {
    method: 'GET',
    path: `${path}/get-by-name`,
    permission: 'tracking:read',
    async run(call) {
      const name = call.input.need('experiment_name')
      if (name === 'Default') await experimentNamedBy(call.rooms)
      const found = await call.rooms.tracking.findExperiment(name)
      if (!found) throw new TidemillError('not_found', { kind: 'experiment', name })
      return { experiment: experimentWire(found) }
    },
  },
  ...(['GET', 'POST'] as const).map((method): MlflowRoute => ({
    method,
    path: `${path}/search`,
    permission: 'tracking:read',
    async run({ input, rooms }) {
      await experimentNamedBy(rooms)
      const { items, next } = await rooms.tracking.searchExperiments({
        ...searchOf(input),
        order: input.texts('order_by'),
        limit: limitOf(input, 1000, 50_000),
        removed: viewOf(input, 'view_type'),
      })
      return { experiments: items.map(experimentWire), ...nextOf(next) }
    },
  })),
  {
    method: 'POST',
    path: `${path}/delete`,
    permission: 'tracking:write',
    async run({ input, rooms }) {
      await rooms.tracking.removeExperiment(input.need('experiment_id'))
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/restore`,
    permission: 'tracking:write',
    async run({ input, rooms }) {
      await rooms.tracking.restoreExperiment(input.need('experiment_id'))
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/update`,
    permission: 'tracking:write',
    async run({ input, rooms }) {
      await rooms.tracking.renameExperiment(input.need('experiment_id'), nameOf(input, 'new_name'))
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/set-experiment-tag`,
    permission: 'tracking:write',
    async run({ input, rooms }) {
      const [id, key] = [input.need('experiment_id'), input.need('key')]
      await rooms.tracking.setExperimentTag(id, key, shortText(input, 'value', longestTag) ?? '')
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/delete-experiment-tag`,
    permission: 'tracking:write',
    async run({ input, rooms }) {
      await rooms.tracking.removeExperimentTag(input.need('experiment_id'), input.need('key'))
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/search-datasets`,
    permission: 'tracking:read',
    async run({ input, rooms }) {
      const found = await rooms.tracking.datasetsOf(input.texts('experiment_ids'))
      return {
        dataset_summaries: found.map(({ experiment, name, digest, context }) => ({
          experiment_id: experiment,
          name,
          digest,
          ...(context === undefined ? {} : { context }),
        })),
      }
    },
  },
]
