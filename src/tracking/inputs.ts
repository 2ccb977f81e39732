import { newId, TidemillError } from '#contract'
import type { Clock, Metadata } from '#store'
import { among } from './among.ts'
import type { TrackingTables } from './tables.ts'

export interface DatasetInput {
  readonly name: string
  readonly digest: string
  readonly sourceType: string
  readonly source: string
  readonly schema?: string
  readonly profile?: string
  readonly tags: Readonly<Record<string, string>>
}

export interface RunInputs {
  readonly datasets: readonly DatasetInput[]
  /** Logged models the run read. */
  readonly models: readonly string[]
  /** Logged models the run made. */
  readonly outputs: readonly { readonly model: string; readonly step: number }[]
}

/** What runs read and made: data sets by name and digest, and logged models. */
export interface Inputs {
  logInputs(
    run: string,
    datasets: readonly DatasetInput[],
    models: readonly string[],
  ): Promise<void>
  logOutputs(run: string, outputs: RunInputs['outputs']): Promise<void>
  /** By run; a run without any is not in it. */
  inputsOf(runs: readonly string[]): Promise<ReadonlyMap<string, RunInputs>>
  /** The data sets that the runs of these experiments read, each once with its context. */
  datasetsOf(experiments: readonly string[]): Promise<
    readonly {
      readonly experiment: string
      readonly name: string
      readonly digest: string
      readonly context?: string
    }[]
  >
}

const none: RunInputs = { datasets: [], models: [], outputs: [] }

export function openInputs(metadata: Metadata, clock: Clock): Inputs {
  const database = metadata.tables<TrackingTables>()

  async function experimentOf(run: string): Promise<string> {
    const row = await database
      .selectFrom('runs')
      .select(['experiment', 'removed_at'])
      .where('id', '=', run)
      .executeTakeFirst()
    if (!row) throw new TidemillError('not_found', { kind: 'run', name: run })
    if (row.removed_at === null) return row.experiment
    const problem = `The run ${run} must be in the 'active' state: it is removed; restore it first.`
    throw new TidemillError('conflict', { problem })
  }

  async function linkModels(
    run: string,
    role: 'input' | 'output',
    models: RunInputs['outputs'],
  ): Promise<void> {
    if (models.length === 0) return
    // Of a model that is named twice the last step stays; PostgreSQL would not write a row twice in one statement.
    const steps = new Map(models.map(({ model, step }) => [model, step]))
    await database
      .insertInto('run_models')
      .values([...steps].map(([model, step]) => ({ run, model, role, step })))
      .onConflict((conflict) =>
        conflict
          .columns(['run', 'model', 'role'])
          .doUpdateSet((each) => ({ step: each.ref('excluded.step') })),
      )
      .execute()
  }

  return {
    async logInputs(run, datasets, models) {
      const experiment = await experimentOf(run)
      if (datasets.length > 0) {
        await metadata.transaction<TrackingTables, void>(async (tx) => {
          for (const { name, digest, sourceType, source, schema, profile, tags } of datasets) {
            await tx
              .insertInto('datasets')
              .values({
                id: newId(clock.now()),
                ...{ experiment, name, digest, source_type: sourceType, source },
                ...{ schema: schema ?? null, profile: profile ?? null },
              })
              .onConflict((conflict) =>
                conflict.columns(['experiment', 'name', 'digest']).doNothing(),
              )
              .execute()
            const { id: dataset } = await tx
              .selectFrom('datasets')
              .select('id')
              .where('experiment', '=', experiment)
              .where('name', '=', name)
              .where('digest', '=', digest)
              .executeTakeFirstOrThrow()
            await tx
              .insertInto('run_datasets')
              .values({ run, dataset })
              .onConflict((conflict) => conflict.columns(['run', 'dataset']).doNothing())
              .execute()
            const rows = Object.entries(tags).map(([key, value]) => ({ run, dataset, key, value }))
            if (rows.length === 0) continue
            await tx
              .insertInto('run_dataset_tags')
              .values(rows)
              .onConflict((conflict) =>
                conflict
                  .columns(['run', 'dataset', 'key'])
                  .doUpdateSet((each) => ({ value: each.ref('excluded.value') })),
              )
              .execute()
          }
        })
      }
      await linkModels(
        run,
        'input',
        models.map((model) => ({ model, step: 0 })),
      )
    },

    async logOutputs(run, outputs) {
      await experimentOf(run)
      await linkModels(run, 'output', outputs)
    },

    async inputsOf(runs) {
      if (runs.length === 0) return new Map()
      const [datasets, models] = await Promise.all([
        database
          .selectFrom('run_datasets')
          .innerJoin('datasets', 'datasets.id', 'run_datasets.dataset')
          .selectAll()
          .where(among('run', runs, metadata.dialect))
          .execute(),
        database
          .selectFrom('run_models')
          .selectAll()
          .where(among('run', runs, metadata.dialect))
          .execute(),
      ])
      const described = [...new Set(datasets.map((dataset) => dataset.run))]
      const tags =
        described.length === 0
          ? []
          : await database
              .selectFrom('run_dataset_tags')
              .selectAll()
              .where(among('run', described, metadata.dialect))
              .execute()
      const found = new Map<string, RunInputs>()
      const tagsOf = Map.groupBy(tags, (tag) => `${tag.run} ${tag.dataset}`)
      for (const row of datasets) {
        const before = found.get(row.run) ?? none
        const dataset: DatasetInput = {
          ...{ name: row.name, digest: row.digest, sourceType: row.source_type },
          source: row.source,
          ...(row.schema === null ? {} : { schema: row.schema }),
          ...(row.profile === null ? {} : { profile: row.profile }),
          tags: Object.fromEntries(
            (tagsOf.get(`${row.run} ${row.dataset}`) ?? []).map(({ key, value }) => [key, value]),
          ),
        }
        found.set(row.run, { ...before, datasets: [...before.datasets, dataset] })
      }
      for (const { run, model, role, step } of models) {
        const before = found.get(run) ?? none
        found.set(
          run,
          role === 'input'
            ? { ...before, models: [...before.models, model] }
            : { ...before, outputs: [...before.outputs, { model, step }] },
        )
      }
      return found
    },

    async datasetsOf(experiments) {
      if (experiments.length === 0) return []
      const rows = await database
        .selectFrom('datasets')
        .innerJoin('run_datasets', 'run_datasets.dataset', 'datasets.id')
        .leftJoin('run_dataset_tags', (join) =>
          join
            .onRef('run_dataset_tags.run', '=', 'run_datasets.run')
            .onRef('run_dataset_tags.dataset', '=', 'run_datasets.dataset')
            .on('run_dataset_tags.key', '=', 'mlflow.data.context'),
        )
        .select(['experiment', 'name', 'digest', 'run_dataset_tags.value as context'])
        .distinct()
        .where(among('experiment', experiments, metadata.dialect))
        .limit(1000)
        .execute()
      return rows.map(({ context, ...rest }) => (context === null ? rest : { ...rest, context }))
    },
  }
}
