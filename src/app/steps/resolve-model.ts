import { TidemillError } from '#contract'
import type { Lake } from '#lake'
import type { Registry } from '#registry'
import type { InputRow, ResolvedModel } from '#serving'
import { rowAt, type Table } from '#table'
import { cellsOf } from '../cells.ts'

const backgroundRows = 64

/** How serving finds the version behind an alias, and rows that stand for the average case, without knowing registry or lake. */
export function resolveModel(
  registry: Registry,
  lake: Lake,
): (model: string, alias: string) => Promise<ResolvedModel | undefined> {
  return async (model, alias) => {
    const version = await registry.aliased(model, alias)
    if (!version) return undefined
    const { dataset, datasetVersion, digest, signature, format } = version
    if (format !== 'onnx') {
      const problem = 'it is in a format that only MLflow loads; log it as ONNX to serve it here'
      throw new TidemillError('model_invalid', { name: `${model}/${version.version}`, problem })
    }
    return {
      version: version.version,
      digest,
      signature,
      background: async () => {
        if (dataset === undefined) return []
        return evenly(await lake.table(dataset, datasetVersion), backgroundRows)
      },
    }
  }
}

/** Rows at equal distances, so that a sorted table gives all its parts. */
function evenly(table: Table, count: number): readonly InputRow[] {
  const step = Math.max(1, table.length / count)
  return Array.from({ length: Math.min(count, table.length) }, (_, i) =>
    cellsOf(rowAt(table, Math.floor(i * step))),
  )
}
