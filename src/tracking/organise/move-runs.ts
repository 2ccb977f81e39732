import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { newId, TidemillError } from '#contract'
import type { Clock, Metadata } from '#store'
import { among } from '../among.ts'
import { removeMovedItems } from '../review/review-rows.ts'
import type { TrackingTables } from '../tables.ts'

const parentTag = 'mlflow.parentRunId'

export interface Moved {
  /** Runs that were asked for and those nested in them, which were elsewhere before. */
  readonly runs: readonly string[]
  readonly models: number
  readonly traces: number
}

/** Runs go from one experiment to another with all that is theirs. */
export interface MovingRuns {
  /** Moves runs, those nested in them, the logged models they made and the traces they left; all or nothing. */
  moveRuns(runs: readonly string[], experiment: string): Promise<Moved>
  /** The runs nested in these, at any depth, without these. */
  nestedIn(runs: readonly string[]): Promise<readonly string[]>
}

interface Going {
  readonly id: string
  readonly experiment: string
  readonly artifact_root: string | null
}

export function openMovingRuns(metadata: Metadata, clock: Clock): MovingRuns {
  type Tx = Kysely<TrackingTables>
  const database = metadata.tables<TrackingTables>()
  const oneOf = (column: string, values: readonly string[]) =>
    among(column, values, metadata.dialect)

  async function nested(runs: readonly string[], tx: Tx): Promise<readonly string[]> {
    const known = new Set(runs)
    const found: string[] = []
    for (let parents = runs; parents.length > 0;) {
      const rows = await tx
        .selectFrom('run_tags')
        .select('run')
        .where('key', '=', parentTag)
        .where(oneOf('value', parents))
        .execute()
      parents = rows.map(({ run }) => run).filter((run) => !known.has(run))
      for (const run of parents) known.add(run)
      found.push(...parents)
    }
    return found
  }

  /** Where each run's files are, when the address of its new experiment would not say so. */
  async function keepPlaces(tx: Tx, runs: readonly Going[], to: string): Promise<void> {
    const ids = [...new Set([...runs.map((run) => run.experiment), to])]
    const rows = await tx
      .selectFrom('experiments')
      .select(['id', 'artifact_root'])
      .where('id', 'in', ids)
      .execute()
    const rootOf = new Map(rows.map((row) => [row.id, row.artifact_root]))
    for (const [from, own] of Map.groupBy(runs, (run) => run.experiment)) {
      const root = rootOf.get(from) ?? null
      if (root === (rootOf.get(to) ?? null)) continue
      const free = own.filter((run) => run.artifact_root === null).map((run) => run.id)
      if (free.length === 0) continue
      await tx
        .updateTable('runs')
        .set({ artifact_root: root ?? `mlflow-artifacts:/${from}` })
        .where(oneOf('id', free))
        .execute()
    }
  }

  /** A data set belongs to an experiment, so what the runs read is noted in the new one as well. */
  async function moveDatasets(tx: Tx, runs: readonly string[], to: string): Promise<void> {
    const rows = await tx
      .selectFrom('run_datasets')
      .innerJoin('datasets', 'datasets.id', 'run_datasets.dataset')
      .selectAll('datasets')
      .distinct()
      .where(oneOf('run', runs))
      .where('datasets.experiment', '!=', to)
      .execute()
    if (rows.length === 0) return
    for (const { id, ...row } of rows) {
      await tx
        .insertInto('datasets')
        .values({ ...row, id: newId(clock.now()), experiment: to })
        .onConflict((conflict) => conflict.columns(['experiment', 'name', 'digest']).doNothing())
        .execute()
      const { id: own } = await tx
        .selectFrom('datasets')
        .select('id')
        .where('experiment', '=', to)
        .where('name', '=', row.name)
        .where('digest', '=', row.digest)
        .executeTakeFirstOrThrow()
      for (const table of ['run_datasets', 'run_dataset_tags'] as const) {
        await tx
          .updateTable(table)
          .set({ dataset: own })
          .where('dataset', '=', id)
          .where(oneOf('run', runs))
          .execute()
      }
    }
    await tx
      .deleteFrom('datasets')
      .where(
        oneOf(
          'id',
          rows.map(({ id }) => id),
        ),
      )
      .where(sql<boolean>`not exists (select 1 from run_datasets r where r.dataset = datasets.id)`)
      .execute()
  }

  /** What the runs made in their experiment goes along; what they left in others was put there on purpose, and is perhaps not theirs to take. */
  async function moveResults(tx: Tx, from: string, runs: readonly string[], to: string) {
    const models = await tx
      .updateTable('logged_models')
      .set({ experiment: to })
      .where('experiment', '=', from)
      .where(oneOf('run', runs))
      .executeTakeFirst()
    const traces = await tx
      .updateTable('traces')
      .set({ experiment: to })
      .where('experiment', '=', from)
      .where((each) =>
        each(
          'id',
          'in',
          each
            .selectFrom('trace_metadata')
            .select('trace')
            .where('key', '=', 'mlflow.sourceRun')
            .where(oneOf('value', runs)),
        ),
      )
      .executeTakeFirst()
    await removeMovedItems(tx, from, to)
    return { models: Number(models.numUpdatedRows), traces: Number(traces.numUpdatedRows) }
  }

  return {
    nestedIn: (runs) => nested(runs, database),

    async moveRuns(asked, experiment) {
      return metadata.transaction<TrackingTables, Moved>(async (tx) => {
        const target = await tx
          .selectFrom('experiments')
          .select('removed_at')
          .where('id', '=', experiment)
          .executeTakeFirst()
        if (!target) throw new TidemillError('not_found', { kind: 'experiment', name: experiment })
        if (target.removed_at !== null) {
          const problem = `The experiment ${experiment} is removed; restore it first.`
          throw new TidemillError('conflict', { problem })
        }
        const wanted = [...new Set(asked)]
        const all = [...wanted, ...(await nested(wanted, tx))]
        const rows = await tx
          .selectFrom('runs')
          .select(['id', 'experiment', 'artifact_root'])
          .where(oneOf('id', all))
          .execute()
        const there = new Set(rows.map((row) => row.id))
        const missing = wanted.find((id) => !there.has(id))
        if (missing !== undefined)
          throw new TidemillError('not_found', { kind: 'run', name: missing })
        const going = rows.filter((row) => row.experiment !== experiment)
        const ids = going.map((row) => row.id)
        if (ids.length === 0) return { runs: [], models: 0, traces: 0 }
        await keepPlaces(tx, going, experiment)
        await tx.updateTable('runs').set({ experiment }).where(oneOf('id', ids)).execute()
        await moveDatasets(tx, ids, experiment)
        const along = { models: 0, traces: 0 }
        for (const [from, own] of Map.groupBy(going, (run) => run.experiment)) {
          const gone = await moveResults(
            tx,
            from,
            own.map((run) => run.id),
            experiment,
          )
          along.models += gone.models
          along.traces += gone.traces
        }
        return { runs: ids, ...along }
      })
    },
  }
}
