import type { RunGroup } from '#contract'
import { notSet } from './columns.ts'

export type Line =
  | {
      readonly kind: 'run'
      readonly row: number
      readonly depth: number
      readonly children: number
      readonly open: boolean
    }
  | {
      readonly kind: 'group'
      /** What charts call it by: below nought, so no run's. */
      readonly row: number
      readonly group: RunGroup
      readonly key: string
      readonly open: boolean
    }
  /** Runs of an open group that are on their way. */
  | { readonly kind: 'wait'; readonly key: string }

/** The lines of a table, made when one is looked at: there may be very many. */
export interface Lines {
  readonly count: number
  at(index: number): Line | undefined
}

export interface Order {
  readonly rows: readonly number[]
  readonly parents?: readonly number[] | undefined
}

/** Runs in order; children under their parents where those are open. */
export function runLines(order: Order, open: ReadonlySet<number>, depth = 0): Lines {
  const { rows, parents } = order
  if (parents === undefined) {
    return {
      count: rows.length,
      at: (index) => lineOf(rows[index], depth, 0, false),
    }
  }
  const children = new Map<number, number[]>()
  const roots: number[] = []
  rows.forEach((row, index) => {
    const parent = parents[index] ?? 0
    const siblings = parent === 0 ? roots : children.get(parent)
    if (siblings === undefined) children.set(parent, [row])
    else siblings.push(row)
  })
  const shown: number[] = []
  const depths: number[] = []
  const seen = new Set<number>()
  const walk = (row: number, at: number): void => {
    if (seen.has(row)) return
    seen.add(row)
    shown.push(row)
    depths.push(at)
    if (open.has(row)) for (const child of children.get(row) ?? []) walk(child, at + 1)
  }
  for (const root of roots) walk(root, depth)
  return {
    count: shown.length,
    at: (index) => {
      const row = shown[index]
      const count = row === undefined ? 0 : (children.get(row)?.length ?? 0)
      return lineOf(row, depths[index] ?? depth, count, row !== undefined && open.has(row))
    },
  }
}

/** So few that a table of them alone would be empty. */
const few = 3

/** Whether few runs stand under no other, and some do. */
export function fewRoots({ parents = [] }: Order): boolean {
  const roots = parents.filter((parent) => parent === 0).length
  return roots <= few && roots < parents.length
}

export function parentsOf({ parents = [] }: Order): ReadonlySet<number> {
  return new Set(parents.filter((parent) => parent !== 0))
}

export function toggled<T>(before: ReadonlySet<T>, each: T): ReadonlySet<T> {
  const next = new Set(before)
  if (!next.delete(each)) next.add(each)
  return next
}

/** Groups, and under the open ones their runs. */
export function groupLines(
  groups: readonly RunGroup[],
  open: ReadonlySet<string>,
  runsOf: (key: string) => Lines | undefined,
): Lines {
  const parts: { from: number; row: number; group: RunGroup; key: string }[] = []
  let count = 0
  for (const [index, group] of groups.entries()) {
    const key = groupKey(group.values)
    parts.push({ from: count, row: groupRow(index), group, key })
    count += 1 + (open.has(key) ? (runsOf(key)?.count ?? 1) : 0)
  }
  return {
    count,
    at(index) {
      const part = parts[lastAtMost(parts, index)]
      if (part === undefined || index >= count) return undefined
      const { from, row, group, key } = part
      const isOpen = open.has(key)
      if (index === from) return { kind: 'group', row, group, key, open: isOpen }
      return runsOf(key)?.at(index - from - 1) ?? { kind: 'wait', key }
    },
  }
}

/** What charts call a group by, by its place. */
export function groupRow(index: number): number {
  return -1 - index
}

export function groupName(values: RunGroup['values']): string {
  return values.map((value) => value ?? notSet).join(' · ')
}

export function groupKey(values: RunGroup['values']): string {
  return JSON.stringify(values)
}

export function lineKey(line: Line): string {
  if (line.kind === 'run') return `r${line.row}`
  return `${line.kind}${line.key}`
}

function lineOf(
  row: number | undefined,
  depth: number,
  children: number,
  open: boolean,
): Line | undefined {
  return row === undefined ? undefined : { kind: 'run', row, depth, children, open }
}

function lastAtMost(parts: readonly { readonly from: number }[], index: number): number {
  let [low, high] = [0, parts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((parts[middle]?.from ?? 0) <= index) low = middle
    else high = middle - 1
  }
  return low
}
