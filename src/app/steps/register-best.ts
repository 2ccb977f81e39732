import { TidemillError, type ModelVersion, type Run } from '#contract'
import type { Rooms } from '../rooms.ts'
import { registerRun } from './register-run.ts'

/** Registers the best finished run on the newest data version that has runs, by the metric the model is declared to be chosen by. */
export async function registerBest(rooms: Rooms, model: string, by: string): Promise<ModelVersion> {
  const declared = (await rooms.applied.read()).models?.[model]
  if (!declared) throw new TidemillError('not_found', { kind: 'declared model', name: model })
  const { experiment, select } = declared
  let newest = 0
  let best: string[] = []
  for await (const run of fromTheBest(rooms, experiment, select)) {
    const version = run.source.datasetVersion ?? 0
    if (version > newest) [newest, best] = [version, []]
    if (version === newest) best.push(run.id)
  }
  for (const run of best) {
    if (await hasModel(rooms, run)) return (await registerRun(rooms, { model, run, by })).version
  }
  throw new TidemillError('not_found', { kind: 'finished run with a model in', name: experiment })
}

/** Page by page to the last: those on older data may be better, and many. */
async function* fromTheBest(
  { tracking }: Rooms,
  experiment: string,
  { metric, goal }: { readonly metric: string; readonly goal: 'min' | 'max' },
): AsyncGenerator<Run> {
  const search = {
    experiment,
    filter: "attributes.status = 'FINISHED'",
    order: [`metrics.\`${metric}\` ${goal === 'max' ? 'desc' : 'asc'}`],
    limit: 1000,
  }
  let page = await tracking.search(search)
  for (;;) {
    yield* page.items.filter((run) => run.metrics[metric] !== undefined)
    // What has no such metric stands last.
    if (page.next === undefined || page.items.some((run) => run.metrics[metric] === undefined)) {
      return
    }
    page = await tracking.search({ ...search, cursor: page.next })
  }
}

async function hasModel({ tracking }: Rooms, run: string): Promise<boolean> {
  return (await tracking.artifacts(run)).some(({ path }) => path === 'model/model.onnx')
}
