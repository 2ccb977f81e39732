import { sql, type Kysely } from 'kysely'
import type { Metadata } from '#store'
import { among } from '../among.ts'
import type { TrackingTables } from '../tables.ts'
import { removeReviewRows } from '../review/review-rows.ts'
import { removeTraceRows } from '../trace-rows.ts'

type Tx = Kysely<TrackingTables>

/** The runs and logged models that must stay, as the rows that `from` reads say now. */
export type Keep = (from: Pick<Metadata, 'tables'>) => Promise<ReadonlySet<string>>

/** What is looked up within the transaction that removes rows: since they were listed, versions may have come to need them. */
function keptNow(tx: Tx, keep: Keep): Promise<ReadonlySet<string>> {
  return keep({ tables: <T>() => tx as unknown as Kysely<T> })
}

/** Removes runs that are still hidden, each with all of its rows, the logged models they made among them. */
export async function purgeRuns(
  metadata: Metadata,
  runs: readonly string[],
  until: number,
  keep: Keep,
): Promise<void> {
  await metadata.transaction<TrackingTables, void>(async (tx) => {
    const kept = await keptNow(tx, keep)
    const made = await tx
      .selectFrom('logged_models')
      .select(['id', 'run'])
      .where(among('run', runs, metadata.dialect))
      .execute()
    const needed = new Set(made.flatMap(({ id, run }) => (kept.has(id) ? (run ?? []) : [])))
    const due = await tx
      .selectFrom('runs')
      .select(['id', 'number', 'experiment'])
      .where(among('id', runs, metadata.dialect))
      .where('removed_at', '<=', until)
      .execute()
    const rows = due.filter(({ id }) => !kept.has(id) && !needed.has(id))
    const ids = rows.map((row) => row.id)
    if (ids.length === 0) return
    const ofIds = (column: string) => among(column, ids, metadata.dialect)
    const numbers = among(
      'run',
      rows.map((row) => row.number),
      metadata.dialect,
    )
    for (const table of ['metric_points', 'metric_latest'] as const) {
      await tx.deleteFrom(table).where(numbers).execute()
    }
    for (const table of [
      'run_params',
      'run_tags',
      'run_dataset_tags',
      'run_datasets',
      'run_models',
      'trace_runs',
    ] as const) {
      await tx.deleteFrom(table).where(ofIds('run')).execute()
    }
    await tx.deleteFrom('artifacts').where(ofIds('owner')).execute()
    const going = new Set(ids)
    const models = made.filter(({ run }) => run !== null && going.has(run))
    await removeModels(
      tx,
      metadata,
      models.map(({ id }) => id),
    )
    await tx.deleteFrom('runs').where(ofIds('id')).execute()
    await tx
      .deleteFrom('datasets')
      .where(among('experiment', [...new Set(rows.map((row) => row.experiment))], metadata.dialect))
      .where(sql<boolean>`not exists (select 1 from run_datasets r where r.dataset = datasets.id)`)
      .execute()
  })
}

/** Removes logged models that are still hidden themselves; those of runs go with these. */
export async function purgeModels(
  metadata: Metadata,
  models: readonly string[],
  until: number,
  keep: Keep,
): Promise<void> {
  await metadata.transaction<TrackingTables, void>(async (tx) => {
    const kept = await keptNow(tx, keep)
    const due = await tx
      .selectFrom('logged_models')
      .select(['id', 'run'])
      .where(among('id', models, metadata.dialect))
      .where('removed_at', '<=', until)
      .execute()
    const going = due.filter(({ id, run }) => !kept.has(id) && !(run !== null && kept.has(run)))
    await removeModels(
      tx,
      metadata,
      going.map(({ id }) => id),
    )
  })
}

async function removeModels(tx: Tx, metadata: Metadata, models: readonly string[]): Promise<void> {
  if (models.length === 0) return
  const ofModels = (column: string) => among(column, models, metadata.dialect)
  for (const table of [
    'logged_model_params',
    'logged_model_tags',
    'logged_model_metrics',
    'run_models',
  ] as const) {
    await tx.deleteFrom(table).where(ofModels('model')).execute()
  }
  await tx.deleteFrom('artifacts').where(ofModels('owner')).execute()
  await tx.deleteFrom('logged_models').where(ofModels('id')).execute()
}

/** Removes an experiment that is still hidden and empty, with its traces; its name is free again. */
export async function purgeExperiment(
  metadata: Metadata,
  id: string,
  until: number,
  keep: Keep,
): Promise<void> {
  await metadata.transaction<TrackingTables, void>(async (tx) => {
    const isDue = await tx
      .selectFrom('experiments')
      .select('id')
      .where('id', '=', id)
      .where('removed_at', '<=', until)
      .where(sql<boolean>`not exists (select 1 from runs where runs.experiment = ${id})`)
      .executeTakeFirst()
    if (!isDue) return
    const models = await tx
      .selectFrom('logged_models')
      .select('id')
      .where('experiment', '=', id)
      .execute()
    const kept = await keptNow(tx, keep)
    if (models.some((model) => kept.has(model.id))) return
    await removeModels(
      tx,
      metadata,
      models.map((row) => row.id),
    )
    await removeTraceRows(
      tx,
      (column) => sql`${sql.ref(column)} in (select id from traces where experiment = ${id})`,
    )
    await removeReviewRows(tx, id)
    for (const table of [
      'datasets',
      'experiment_tags',
      'scorers',
      'issues',
      'evaluation_dataset_experiments',
    ] as const) {
      await tx.deleteFrom(table).where('experiment', '=', id).execute()
    }
    await tx.deleteFrom('experiments').where('id', '=', id).execute()
  })
}
