import type { Metadata } from '#store'
import { among } from '../among.ts'
import type { TrackingTables } from '../tables.ts'
import { purgeExperiment, purgeModels, purgeRuns, type Keep } from './purge-rows.ts'

export interface PurgeRequest {
  /** What was removed until this time (ms). */
  readonly until: number
  /** Only in these experiments. */
  readonly experiments?: readonly string[]
  /** Only these runs, and no experiment. */
  readonly runs?: readonly string[]
  /** Runs and logged models that must stay, whatever was removed. */
  readonly keep: ReadonlySet<string>
}

/** What would go for good. */
export interface Purgeable {
  readonly runs: readonly string[]
  readonly models: readonly string[]
  readonly experiments: readonly { readonly id: string; readonly name: string }[]
  /** Removed, but kept because a registered version needs it. */
  readonly kept: readonly string[]
}

/** The end of what was removed: rows go for good, and the names of experiments are free again. */
export interface Purge {
  purgeable(request: PurgeRequest): Promise<Purgeable>
  /** The traces of an experiment, whose files are theirs. */
  traceIdsOf(experiment: string): Promise<readonly string[]>
  /** Each run with all of its rows or not at all; what was restored meanwhile, or is needed by now, stays. */
  purge(
    found: Purgeable,
    until: number,
    keep: Keep,
    onProgress?: (done: number) => void,
  ): Promise<void>
}

const batch = 50

export function openPurge(metadata: Metadata): Purge {
  const database = metadata.tables<TrackingTables>()
  const oneOf = (column: string, values: readonly string[]) =>
    among(column, values, metadata.dialect)

  return {
    async purgeable({ until, experiments, runs: only, keep }) {
      let runRows = database
        .selectFrom('runs')
        .select(['id', 'experiment'])
        .where('removed_at', '<=', until)
      if (experiments) runRows = runRows.where(oneOf('experiment', experiments))
      if (only) runRows = runRows.where(oneOf('id', only))
      const removed = await runRows.execute()
      const ids = removed.map((row) => row.id)
      const modelRows = database.selectFrom('logged_models').select(['id', 'run'])
      // A run's models go with it, in whichever experiment they are.
      const ofRuns = await modelRows.where(oneOf('run', ids)).execute()
      let alone = modelRows.where('removed_at', '<=', until)
      if (experiments) alone = alone.where(oneOf('experiment', experiments))
      const all = [...ofRuns, ...(only ? [] : await alone.execute())]
      const own = [...new Map(all.map((model) => [model.id, model])).values()]
      const keptModels = own.filter(
        ({ id, run }) => keep.has(id) || (run !== null && keep.has(run)),
      )
      const keptRuns = new Set([
        ...ids.filter((id) => keep.has(id)),
        ...keptModels.flatMap(({ run }) => run ?? []),
      ])
      const models = own.filter(
        ({ run, id }) => !keep.has(id) && !(run !== null && keptRuns.has(run)),
      )
      const runs = ids.filter((id) => !keptRuns.has(id))
      const found = { runs, models: models.map(({ id }) => id) }
      return {
        ...found,
        experiments: only ? [] : await endedExperiments(until, experiments, found),
        kept: [...keptRuns, ...keptModels.map(({ id }) => id)],
      }
    },

    async traceIdsOf(experiment) {
      const rows = await database
        .selectFrom('traces')
        .select('id')
        .where('experiment', '=', experiment)
        .execute()
      return rows.map(({ id }) => id)
    },

    async purge({ runs, models, experiments }, until, keep, onProgress = () => undefined) {
      for (let start = 0; start < runs.length; start += batch) {
        await purgeRuns(metadata, runs.slice(start, start + batch), until, keep)
        onProgress(Math.min(runs.length, start + batch))
      }
      for (let start = 0; start < models.length; start += batch) {
        await purgeModels(metadata, models.slice(start, start + batch), until, keep)
      }
      for (const { id } of experiments) await purgeExperiment(metadata, id, until, keep)
    },
  }

  /** Removed experiments in which nothing is left once the others are gone. */
  async function endedExperiments(
    until: number,
    within: readonly string[] | undefined,
    going: { readonly runs: readonly string[]; readonly models: readonly string[] },
  ): Promise<Purgeable['experiments']> {
    let select = database
      .selectFrom('experiments')
      .select(['id', 'name'])
      .where('removed_at', '<=', until)
      .orderBy('name')
    if (within) select = select.where(oneOf('id', within))
    const ended = []
    const [runs, models] = [new Set(going.runs), new Set(going.models)]
    for (const each of await select.execute()) {
      const rest = async (table: 'runs' | 'logged_models') =>
        database.selectFrom(table).select('id').where('experiment', '=', each.id).execute()
      const stays =
        (await rest('runs')).some(({ id }) => !runs.has(id)) ||
        // Models of a removed experiment go with it, unless a version needs one.
        (await rest('logged_models')).some(({ id }) => !models.has(id))
      if (!stays) ended.push(each)
    }
    return ended
  }
}
