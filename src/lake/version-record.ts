import type { Selectable } from 'kysely'
import type { Dataset, DatasetVersion } from '#contract'
import type { LakeTables } from './tables.ts'

/** A stored row as the record that leaves the room. */
export function versionRecord(row: Selectable<LakeTables['lake_versions']>): DatasetVersion {
  return {
    dataset: row.dataset,
    version: row.version,
    digest: row.digest,
    ...(row.source === null ? {} : { source: row.source }),
    origin: row.origin as DatasetVersion['origin'],
    ...(row.parent === null ? {} : { parent: row.parent }),
    message: row.message,
    rows: row.row_count,
    bytes: row.byte_count,
    schema: JSON.parse(row.schema) as DatasetVersion['schema'],
    ...(row.changes === null ? {} : { changes: JSON.parse(row.changes) as ChangeList }),
    ...(row.validation === null ? {} : { validation: JSON.parse(row.validation) as Validation }),
    createdAt: row.created_at,
    createdBy: row.created_by,
  }
}

type ChangeList = NonNullable<DatasetVersion['changes']>
type Validation = NonNullable<DatasetVersion['validation']>

export function datasetRecord(
  row: Selectable<LakeTables['lake_datasets']>,
  latest: DatasetVersion,
): Dataset {
  return {
    name: row.name,
    description: row.description,
    ...(row.label === null ? {} : { label: row.label }),
    latest,
    versions: latest.version,
    createdAt: row.created_at,
  }
}
