import type { RunRows } from '#contract'
import type { RunRecord } from './columns.ts'

/** Values of runs by row, read as rows come in sight and kept. */
export interface RowStore {
  get(row: number): RunRecord | undefined
  subscribe(row: number, listener: () => void): () => void
  /** The rows in sight: those not known are read, the last asked for first. */
  want(rows: readonly number[]): void
  setColumns(columns: readonly string[]): void
  /** Reads again what is wanted; what is known stays until then. */
  refresh(): void
  /** Told when anything has come. */
  onLoad(listener: () => void): () => void
}

type Load = (rows: readonly number[], columns: readonly string[]) => Promise<RunRows>

const atOnce = 400
/** A fast scroll passes many rows by; those are not asked for. */
const restMs = 40

export function makeRowStore(load: Load, onError: (error: unknown) => void): RowStore {
  const known = new Map<number, { readonly record: RunRecord; readonly version: number }>()
  const listeners = new Map<number, Set<() => void>>()
  const loaded = new Set<() => void>()
  let columns: readonly string[] = []
  let version = 0
  let wanted: readonly number[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let isLoading = false

  async function fill(): Promise<void> {
    timer = undefined
    if (isLoading) return
    isLoading = true
    try {
      for (;;) {
        const missing = wanted.filter((row) => known.get(row)?.version !== version).slice(0, atOnce)
        if (missing.length === 0) break
        const asked = version
        keep(await load(missing, columns), missing, asked)
      }
    } catch (error) {
      onError(error)
    } finally {
      isLoading = false
    }
  }

  function keep({ runs, values }: RunRows, asked: readonly number[], of: number): void {
    const names = Object.keys(values)
    const absent = new Set(asked)
    runs.forEach((run, index) => {
      const own = Object.fromEntries(names.map((name) => [name, values[name]?.[index] ?? null]))
      known.set(run.row, { record: { run, values: own }, version: of })
      absent.delete(run.row)
    })
    // A run that went for good meanwhile is not asked for for ever.
    for (const row of absent) wanted = wanted.filter((each) => each !== row)
    for (const row of asked) for (const listener of listeners.get(row) ?? []) listener()
    for (const listener of loaded) listener()
  }

  function schedule(): void {
    timer ??= setTimeout(() => void fill(), restMs)
  }

  return {
    get: (row) => known.get(row)?.record,
    subscribe(row, listener) {
      const own = listeners.get(row) ?? new Set()
      listeners.set(row, own.add(listener))
      return () => {
        own.delete(listener)
        if (own.size === 0) listeners.delete(row)
      }
    },
    want(rows) {
      wanted = rows
      schedule()
    },
    setColumns(next) {
      if (next.join(',') === columns.join(',')) return
      columns = next
      version += 1
      schedule()
    },
    refresh() {
      version += 1
      schedule()
    },
    onLoad(listener) {
      loaded.add(listener)
      return () => void loaded.delete(listener)
    },
  }
}
