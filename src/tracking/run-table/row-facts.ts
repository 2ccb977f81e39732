import type { RunRow } from '#contract'
import type { Metadata } from '#store'
import { among } from '../among.ts'
import type { TrackingTables } from '../tables.ts'

export interface RowFacts extends Pick<RunRow, 'inputs' | 'models'> {
  readonly tags: Readonly<Record<string, string>>
}

/** Where MLflow's clients write down what a run was made from, when they do not say it as they make the run. */
const originTags = ['mlflow.source.name', 'mlflow.source.git.commit']

/** What stands in other tables of a run, by run: the data sets its client logged, the models it made, and the tags of its origin. */
export async function rowFacts(
  metadata: Metadata,
  runs: readonly string[],
): Promise<(run: string) => RowFacts> {
  const { dialect } = metadata
  const database = metadata.tables<TrackingTables>()
  const [inputs, models, tags] = await Promise.all([
    database
      .selectFrom('run_datasets')
      .innerJoin('datasets', 'datasets.id', 'run_datasets.dataset')
      .select(['run', 'name', 'digest'])
      .where(among('run', runs, dialect))
      .orderBy('name')
      .execute(),
    database
      .selectFrom('run_models')
      .innerJoin('logged_models', 'logged_models.id', 'run_models.model')
      .innerJoin('runs', 'runs.id', 'run_models.run')
      .select(['run_models.run', 'logged_models.id', 'logged_models.name'])
      .where('role', '=', 'output')
      .where('logged_models.removed_at', 'is', null)
      // Who sees the run need not see the experiment of a model elsewhere.
      .whereRef('logged_models.experiment', '=', 'runs.experiment')
      .where(among('run_models.run', runs, dialect))
      .orderBy('logged_models.created_at')
      .execute(),
    database
      .selectFrom('run_tags')
      .selectAll()
      .where(among('run', runs, dialect))
      .where('key', 'in', originTags)
      .execute(),
  ])
  const inputsOf = Map.groupBy(inputs, ({ run }) => run)
  const modelsOf = Map.groupBy(models, ({ run }) => run)
  const tagsOf = Map.groupBy(tags, ({ run }) => run)
  return (run) => {
    const [read, made] = [inputsOf.get(run), modelsOf.get(run)]
    return {
      ...(read && { inputs: read.map(({ name, digest }) => ({ name, digest })) }),
      ...(made && { models: made.map(({ id, name }) => ({ id, name })) }),
      tags: Object.fromEntries((tagsOf.get(run) ?? []).map(({ key, value }) => [key, value])),
    }
  }
}
