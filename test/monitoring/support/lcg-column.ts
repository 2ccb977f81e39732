import { numberColumn, stringColumn, type Column } from '#table'

/** How `fixtures/record-evidently.py` made a column. */
export interface ColumnSpec {
  readonly seed: number
  readonly rows: number
  readonly scale?: number
  readonly shift?: number
  readonly levels?: number
  readonly power?: number
  readonly bounds?: readonly number[]
  readonly missing?: number
}

/** The same column again, by the same linear congruential generator. */
export function lcgColumn(name: string, spec: ColumnSpec): Column {
  let x = spec.seed
  const draw = (): number => {
    x = (Math.imul(1664525, x) + 1013904223) >>> 0
    return x / 2 ** 32
  }
  const normal = (): number => {
    let sum = 0
    for (let i = 0; i < 12; i++) sum += draw()
    return Number((sum - 6).toFixed(12)) * (spec.scale ?? 1) + (spec.shift ?? 0)
  }
  const keep = <V>(value: V, row: number): V | null =>
    spec.missing !== undefined && row % spec.missing === 0 ? null : value
  const { bounds, levels } = spec
  const rows = Array.from({ length: spec.rows }, (_, row) => row)
  if (bounds) {
    const letter = (): string => {
      const u = draw()
      return 'abcdefgh'[bounds.findIndex((bound) => u < bound)] ?? ''
    }
    return stringColumn(
      name,
      rows.map((row) => keep(letter(), row)),
    )
  }
  const number =
    levels === undefined ? normal : () => Math.floor(levels * draw() ** (spec.power ?? 1))
  return numberColumn(
    name,
    rows.map((row) => keep(number(), row)),
  )
}
