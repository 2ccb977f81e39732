import { type Caller, operations } from '#contract'
import { normalDraw, seeded, shuffledIndices, standardDeviation } from '#stats'
import { numbersOf, rowAt, type Table } from '#table'
import { type Cell, cellsOf } from '../cells.ts'
import type { RunningServer } from '../server.ts'
import { evaluationRows } from '../steps/evaluation-rows.ts'
import type { Names } from './scene.ts'

export interface LabelledRow {
  readonly features: Readonly<Record<string, Cell>>
  readonly label: string
}

/** Noise in standard deviations of a column. */
const noiseShare = 1.6

/** The share of columns that get it: enough to hurt, not enough for a rule that counts columns. */
const noisyShare = 0.4

export async function realRows(
  server: RunningServer,
  names: Names,
  count: number,
): Promise<readonly LabelledRow[]> {
  return labelled(await unseenRows(server, names), names, count)
}

/** What the champion was not trained on: on its own rows a model looks better than it is, and noise would do no harm. */
async function unseenRows(server: RunningServer, names: Names): Promise<Table> {
  const rooms = await server.app.project('default')
  const champion = await rooms.registry.aliased(names.model, 'champion')
  const held = champion && (await evaluationRows(rooms, champion))
  return held?.rows ?? rooms.lake.table(names.dataset)
}

/** Rows of the data with Gaussian noise on the first numbers, within what the column has shown: a bad sensor shows no age below 0. */
export async function noisyRows(
  server: RunningServer,
  names: Names,
  count: number,
): Promise<readonly LabelledRow[]> {
  const table = await unseenRows(server, names)
  const random = seeded(7)
  const scales = new Map(
    table.columns.flatMap((column) => {
      const numbers = column.name === names.label ? undefined : numbersOf(column)
      const known = numbers?.filter((value) => !Number.isNaN(value))
      const spread = known && standardDeviation(known)
      if (!known || spread === undefined) return []
      const [min, max] = known.reduce(
        ([low, high], value) => [Math.min(low, value), Math.max(high, value)] as const,
        [Infinity, -Infinity] as const,
      )
      return [[column.name, { spread, min, max }] as const]
    }),
  )
  const columns = Math.floor(noisyShare * (table.columns.length - 1))
  const noisy = new Set([...scales.keys()].slice(0, columns))
  return labelled(table, names, count).map(({ features, label }) => ({
    label,
    features: Object.fromEntries(
      Object.entries(features).map(([name, value]) => {
        const scale = scales.get(name)
        if (typeof value !== 'number' || !scale || !noisy.has(name)) return [name, value]
        return [name, reflected(value + noiseShare * scale.spread * normalDraw(random), scale)]
      }),
    ),
  }))
}

/** What would lie beyond an end comes back from it, so that nothing piles up there. */
function reflected(value: number, { min, max }: { min: number; max: number }): number {
  const back = value < min ? 2 * min - value : value > max ? 2 * max - value : value
  return Math.min(max, Math.max(min, back))
}

function labelled(table: Table, { label }: Names, count: number): readonly LabelledRow[] {
  const order = shuffledIndices(table.length, seeded(3))
  return Array.from({ length: count }, (_, i) => {
    const row = order[i % table.length] ?? 0
    const { [label]: truth, ...features } = cellsOf(rowAt(table, row))
    return { features, label: String(truth) }
  })
}

export async function send(
  caller: Caller,
  names: Names,
  rows: readonly LabelledRow[],
): Promise<void> {
  const { answers } = await caller.call(operations.endpoints.predict, {
    name: names.endpoint,
    rows: rows.map((row) => row.features),
  })
  await caller.call(operations.endpoints.labels, {
    name: names.endpoint,
    labels: answers.map((answer, i) => ({ prediction: answer.id, label: rows[i]?.label ?? '' })),
  })
}
