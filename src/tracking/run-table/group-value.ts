import { sql, type RawBuilder } from 'kysely'
import { TidemillError } from '#contract'
import type { Dialect } from '../search/conditions.ts'
import { runTarget } from '../search/run-search.ts'
import { readColumn } from './column.ts'

const attributes: Readonly<Record<string, string>> = {
  status: 'status',
  user: 'user_id',
  name: 'run_name',
}

/** What runs are grouped by, as SQL: `params.k`, `tags.team`, `status`, `user`, `name` or `dataset`. */
export function groupValue(of: string, dialect: Dialect): RawBuilder<unknown> {
  const target = runTarget()
  const attribute = attributes[of]
  if (attribute !== undefined) return target.attribute(attribute)
  if (of === 'dataset') {
    const source = dialect === 'sqlite' ? sql`runs.source` : sql`(runs.source::json)`
    // The data sets that MLflow's clients log, or the version of ours that a run names as its source.
    return sql`coalesce((select min(d.name || ' ' || d.digest) from run_datasets r
      join datasets d on d.id = r.dataset where r.run = runs.id),
      (${source} ->> 'dataset') || coalesce(' version ' || (${source} ->> 'datasetVersion'), ''))`
  }
  const { area, key } = readColumn(of)
  if (area !== 'metrics') return target.value(area, key)
  const problem = `Runs are not grouped by ${of}: a metric hardly ever has one value twice.`
  throw new TidemillError('bad_request', { problem })
}
