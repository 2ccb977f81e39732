import { useMemo, useState } from 'react'
import { useSearchState } from '../../app/search-state.ts'
import { readCharts, type BoardSettings, type ChartSpec, type XAxis } from './chart-spec.ts'

/** Where a board keeps how it is arranged. */
export interface BoardPlace {
  /** What stands before its names in the address, where a page has several boards. */
  readonly apart?: string
  /** The name under which this browser keeps it, for the next page that asks for it by that name. */
  readonly remember?: string
  /** The horizontal axis unless another is chosen. */
  readonly axis?: XAxis
}

const names = ['charts', 'axis', 'smooth', 'logx', 'logy'] as const
type Kept = Readonly<Partial<Record<(typeof names)[number], string>>>

export interface BoardState {
  readonly settings: BoardSettings
  /** Its charts; unset, they are the usual ones. */
  readonly charts: readonly ChartSpec[] | undefined
  readonly find: string
  readonly setFind: (text: string) => void
  readonly set: (change: Partial<BoardSettings>) => void
  readonly setCharts: (charts: readonly ChartSpec[] | undefined) => void
}

/**
 * How a board is arranged: the address has it, so that a link shows the same; and where it has a name to be remembered by, what was
 * chosen last is there again when an address says nothing.
 */
export function useBoardState({ apart, remember, axis: usual = 'step' }: BoardPlace): BoardState {
  const [search, setSearch] = useSearchState()
  // A page may go on to another run without being made anew.
  const recalled = useMemo(() => recall(remember), [remember])
  const [chosen, choose] = useState<{ readonly of: string | undefined; readonly kept: Kept }>()
  const kept = chosen !== undefined && chosen.of === remember ? chosen.kept : recalled
  const nameOf = (name: string): string => (apart === undefined ? name : `${apart}-${name}`)
  const said = pick((name) => search[nameOf(name)])
  const now = Object.keys(said).length > 0 ? said : kept
  const { axis = usual, smooth, logx, logy, charts } = now
  const settings = useMemo<BoardSettings>(
    () => ({
      axis: isAxis(axis) ? axis : usual,
      smooth: readSmooth(smooth),
      logX: logx === '1',
      logY: logy === '1',
    }),
    [axis, usual, smooth, logx, logy],
  )
  const write = (change: Readonly<Partial<Record<(typeof names)[number], string | undefined>>>) => {
    const next = pick((name) => (name in change ? change[name] : now[name]))
    choose({ of: remember, kept: next })
    store(remember, next)
    setSearch(Object.fromEntries(names.map((name) => [nameOf(name), next[name]])))
  }
  return {
    settings,
    charts: useMemo(() => readCharts(charts), [charts]),
    find: search[nameOf('find')] ?? '',
    setFind: (text) => setSearch({ [nameOf('find')]: text }),
    set: (change) =>
      write({
        ...('axis' in change && { axis: change.axis === usual ? undefined : change.axis }),
        ...('smooth' in change && { smooth: change.smooth ? String(change.smooth) : undefined }),
        ...('logX' in change && { logx: change.logX ? '1' : undefined }),
        ...('logY' in change && { logy: change.logY ? '1' : undefined }),
      }),
    setCharts: (next) => write({ charts: next && JSON.stringify(next) }),
  }
}

function isAxis(text: string): text is XAxis {
  return text === 'step' || text === 'time' || text === 'relative'
}

function readSmooth(text: string | undefined): number {
  const value = Number(text ?? 0)
  return value > 0 && value < 1 ? value : 0
}

function pick(of: (name: (typeof names)[number]) => unknown): Kept {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = of(name)
      return typeof value === 'string' && value !== '' ? [[name, value]] : []
    }),
  )
}

const keyOf = (name: string): string => `tidemill.board.${name}`

function recall(name: string | undefined): Kept {
  if (name === undefined) return {}
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(name)) ?? '{}') as Kept | null
    return pick((each) => kept?.[each])
  } catch {
    return {}
  }
}

function store(name: string | undefined, kept: Kept): void {
  if (name === undefined) return
  try {
    if (Object.keys(kept).length === 0) localStorage.removeItem(keyOf(name))
    else localStorage.setItem(keyOf(name), JSON.stringify(kept))
  } catch {
    // A browser that keeps nothing has the address.
  }
}
