import type { Signature } from '#contract'
import { column as columnOf, findColumn, valueAt, type Table } from '#table'
import type { AnsweringModel } from './load-model.ts'
import type { Cell } from './read-rows.ts'

/** A model run outside of any endpoint, by a gate or a comparison. */
export interface OfflineModel {
  predict(rows: Table): Promise<{
    readonly labels: readonly string[]
    /** The probability of the positive class; of the predicted one where none is named. */
    readonly risk: Float64Array
    readonly probabilities: Float64Array
  }>
  close(): Promise<void>
}

export function offlineModel(loaded: AnsweringModel): OfflineModel {
  const { signature } = loaded
  return {
    async predict(rows) {
      const answers = await loaded.batch.ask(cellsOfTable(rows, signature))
      const width = signature.classes?.length ?? 0
      const place =
        signature.positive === undefined
          ? -1
          : (signature.classes ?? []).indexOf(signature.positive)
      return {
        labels: answers.map((answer) => answer.label),
        risk: Float64Array.from(answers, ({ probabilities = [] }) =>
          place >= 0 ? (probabilities[place] ?? NaN) : Math.max(...probabilities),
        ),
        probabilities: Float64Array.from(
          { length: answers.length * width },
          (_, i) => answers[Math.floor(i / width)]?.probabilities?.[i % width] ?? NaN,
        ),
      }
    },
    close: () => loaded.close(),
  }
}

function cellsOfTable(rows: Table, { inputs }: Signature): readonly (readonly Cell[])[] {
  const columns = inputs.map((input) =>
    input.optional ? findColumn(rows, input.name) : columnOf(rows, input.name),
  )
  return Array.from({ length: rows.length }, (_, row) =>
    columns.map((column) => {
      const value = column ? valueAt(column, row) : null
      if (value instanceof Date) return value.toISOString()
      return typeof value === 'bigint' ? Number(value) : value
    }),
  )
}
