import { isDigest, type Digest, type ModelVersion } from '#contract'
import { columnText, type Table } from '#table'
import type { Rooms } from '../rooms.ts'

/** The artifact in which training leaves the rows it did not train on. */
export const evaluationPath = 'evaluation/test.parquet'

export interface EvaluationRows {
  readonly rows: Table
  readonly truth: readonly string[]
  readonly digest: Digest
}

/** The rows held back from a version's training, if its run kept them. */
export async function evaluationRows(
  rooms: Rooms,
  version: ModelVersion,
): Promise<EvaluationRows | undefined> {
  const { run, dataset, digest } = version
  if (run === undefined || dataset === undefined || !isDigest(digest)) return undefined
  const kept = (await rooms.tracking.artifacts(run)).find((each) => each.path === evaluationPath)
  const { label } = await rooms.lake.get(dataset)
  if (!kept || !isDigest(kept.digest) || label === undefined) return undefined
  const rows = await rooms.query.readParquet(await rooms.objects.file(kept.digest))
  return { rows, truth: columnText(rows, label).map((text) => text ?? ''), digest }
}
