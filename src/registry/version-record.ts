import type { Selectable } from 'kysely'
import {
  commitOf,
  type GateReport,
  type Manifest,
  type ModelVersion,
  type RunSource,
  type Signature,
} from '#contract'
import type { RegistryTables } from './tables.ts'

/** What is known of a version beside its own row. */
interface Beside {
  readonly aliases: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  readonly gate: GateReport | undefined
}

export function versionRecord(
  row: Selectable<RegistryTables['model_versions']>,
  { aliases, tags, gate }: Beside,
): ModelVersion {
  const source = JSON.parse(row.source) as RunSource
  const code = commitOf({ source, tags: {} })
  return {
    model: row.model,
    version: row.version,
    digest: row.digest,
    format: row.format as ModelVersion['format'],
    ...(row.uri === null ? {} : { uri: row.uri }),
    ...(row.manifest === null ? {} : { manifest: (JSON.parse(row.manifest) as Manifest).digest }),
    description: row.description,
    stage: row.stage,
    tags: { ...tags },
    size: row.size,
    signature: JSON.parse(row.signature) as Signature,
    ...(row.run === null ? {} : { run: row.run }),
    ...(row.experiment === null ? {} : { experiment: row.experiment }),
    metrics: JSON.parse(row.metrics) as ModelVersion['metrics'],
    params: JSON.parse(row.params) as ModelVersion['params'],
    ...(source.dataset === undefined ? {} : { dataset: source.dataset }),
    ...(source.datasetVersion === undefined ? {} : { datasetVersion: source.datasetVersion }),
    ...(source.dataDigest === undefined ? {} : { dataDigest: source.dataDigest }),
    ...(code === undefined ? {} : { code }),
    ...(row.input_example === null
      ? {}
      : {
          inputExample: JSON.parse(row.input_example) as NonNullable<ModelVersion['inputExample']>,
        }),
    aliases: [...aliases],
    card: row.card,
    ...(gate === undefined ? {} : { gate }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    createdBy: row.created_by,
  }
}
