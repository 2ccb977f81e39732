import { useMemo } from 'react'
import { useSearchState, type SearchText } from '../../app/search-state.ts'
import { isSpan, type Span } from './started-since.ts'

const modes = ['table', 'charts', 'traces', 'models', 'datasets', 'about'] as const
export type Mode = (typeof modes)[number]

/** What a person has made of the page of an experiment; all of it is in the address, so a link is a saved view. */
export interface View {
  readonly mode: Mode
  readonly filter: string
  /** How long ago runs were started at most; unset, at any time. */
  readonly since: Span | undefined
  /** `metrics.f1 desc`; empty is newest first. */
  readonly order: string
  /** The columns in their order; unset, a choice is made from the keys there are. */
  readonly columns: readonly string[] | undefined
  readonly pinned: readonly string[]
  readonly widths: Readonly<Record<string, number>>
  readonly group: readonly string[]
  readonly flat: boolean
  /** Whether charts of lines draw the runs of groups and not the groups. */
  readonly single: boolean
  readonly removed: boolean
  /** Other experiments, by identifier, in the same table. */
  readonly also: readonly string[]
  /** How many runs from the top the charts show. */
  readonly top: number
  /** Runs shown besides, and not shown, in charts; by row. */
  readonly on: readonly number[]
  readonly off: readonly number[]
  readonly colors: Readonly<Record<string, number>>
}

export const defaultTop = 10

export function readView(search: SearchText): View {
  const list = (name: string) => (search[name] ?? '').split(',').filter((each) => each !== '')
  const numbers = (name: string) => list(name).map(Number).filter(Number.isInteger)
  const record = (name: string) =>
    Object.fromEntries(
      list(name).flatMap((each) => {
        const [, key, value] = /^(.+)~(\d+)$/.exec(each) ?? []
        return key === undefined ? [] : [[key, Number(value)] as const]
      }),
    )
  const top = Number(search.top ?? defaultTop)
  return {
    mode: modes.find((each) => each === search.mode) ?? 'table',
    filter: search.filter ?? '',
    since: isSpan(search.since) ? search.since : undefined,
    order: search.order ?? '',
    columns: search.cols === undefined ? undefined : list('cols'),
    pinned: list('pin'),
    widths: record('w'),
    group: list('group').slice(0, 3),
    flat: search.flat === '1',
    single: search.single === '1',
    removed: search.removed === '1',
    also: list('also'),
    top: Number.isInteger(top) && top >= 0 ? Math.min(top, 100) : defaultTop,
    on: numbers('on'),
    off: numbers('off'),
    colors: record('colors'),
  }
}

/** The part of an address that says so; what is as usual is not written. */
export function writeView(change: Partial<View>): SearchText {
  const text: Record<string, string | undefined> = {}
  const list = (values: readonly (string | number)[] | undefined) => values?.join(',')
  const record = (values: Readonly<Record<string, number>>) =>
    Object.entries(values)
      .map(([key, value]) => `${key}~${Math.round(value)}`)
      .join(',')
  if ('mode' in change) text.mode = change.mode === 'table' ? undefined : change.mode
  if ('filter' in change) text.filter = change.filter
  if ('since' in change) text.since = change.since
  if ('order' in change) text.order = change.order
  if ('columns' in change) text.cols = list(change.columns)
  if (change.pinned) text.pin = list(change.pinned)
  if (change.widths) text.w = record(change.widths)
  if (change.group) text.group = list(change.group)
  if ('flat' in change) text.flat = change.flat ? '1' : undefined
  if ('single' in change) text.single = change.single ? '1' : undefined
  if ('removed' in change) text.removed = change.removed ? '1' : undefined
  if (change.also) text.also = list(change.also)
  if ('top' in change) text.top = change.top === defaultTop ? undefined : String(change.top)
  if (change.on) text.on = list(change.on)
  if (change.off) text.off = list(change.off)
  if (change.colors) text.colors = record(change.colors)
  return text
}

export function useView(): [View, (change: Partial<View>) => void] {
  const [search, setSearch] = useSearchState()
  const view = useMemo(() => readView(search), [search])
  return [view, (change) => setSearch(writeView(change))]
}
