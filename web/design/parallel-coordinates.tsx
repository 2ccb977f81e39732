import { ParallelChart } from 'echarts/charts'
import { LegendComponent, ParallelComponent, VisualMapComponent } from 'echarts/components'
import { init, use as useParts } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef, type ReactNode } from 'react'
import { useScheme } from './appearance.ts'
import { resolveColor } from './color.ts'
import { formatNumber } from './format.ts'

useParts([ParallelChart, LegendComponent, ParallelComponent, VisualMapComponent, CanvasRenderer])

export interface Dimension {
  readonly name: string
  /** Present for a dimension of texts: its values in order. */
  readonly categories?: readonly string[]
}

interface Line {
  readonly id: string
  readonly values: readonly (number | string | null)[]
  /** The group it has its colour from. */
  readonly group?: string
}

interface LineGroup {
  readonly id: string
  readonly name: string
  /** A colour token such as `--series-3`. */
  readonly token: string
  readonly dashed: boolean
}

interface ParallelProps {
  readonly label: string
  readonly dimensions: readonly Dimension[]
  readonly lines: readonly Line[]
  /** Which dimension the colour follows. */
  readonly colorBy: number
  /** Where lines are in groups, these have the colours, and a legend. */
  readonly groups?: readonly LineGroup[]
  readonly height?: number
  /** The lines within all brushed ranges; undefined when nothing is brushed. */
  readonly onBrush?: (ids: ReadonlySet<string> | undefined) => void
}

/** One axis a dimension, one line a run; drag along an axis to keep the lines that pass there. */
export function ParallelCoordinates(props: ParallelProps): ReactNode {
  const { label, dimensions, lines, colorBy, groups, onBrush, height = 340 } = props
  const host = useRef<HTMLDivElement>(null)
  const brushed = useRef(onBrush)
  brushed.current = onBrush
  const scheme = useScheme()
  useEffect(() => {
    const element = host.current
    if (element === null) return
    const chart = init(element)
    // A new chart has no brush, whatever the one before had.
    brushed.current?.(undefined)
    const text = resolveColor('--text-soft')
    const line = resolveColor('--line-strong')
    chart.setOption({
      animation: false,
      parallel: { left: 56, right: 72, top: 44, bottom: groups === undefined ? 24 : 54 },
      parallelAxis: dimensions.map((dimension, dim) => ({
        dim,
        name: dimension.name,
        ...(dimension.categories === undefined
          ? { type: 'value', scale: true, axisTick: { lineStyle: { color: line } } }
          : {
              type: 'category',
              data: [...dimension.categories],
              axisTick: { alignWithLabel: true, lineStyle: { color: line } },
            }),
        nameTextStyle: { color: resolveColor('--text'), fontSize: 12 },
        axisLabel: {
          color: text,
          fontSize: 11,
          // Lines pass behind the words.
          textBorderColor: resolveColor('--surface'),
          textBorderWidth: 4,
          ...(dimension.categories === undefined
            ? { formatter: (value: number) => formatNumber(value, 3) }
            : {}),
        },
        axisLine: { lineStyle: { color: line } },
        areaSelectStyle: {
          width: 18,
          borderColor: resolveColor('--sand'),
          color: resolveColor('--sand'),
          opacity: 0.25,
        },
      })),
      ...(groups === undefined ? coloured(lines, colorBy) : grouped(lines, groups)),
    })
    chart.on('axisareaselected', () => {
      const all = (chart as unknown as BrushedChart).getModel().getSeries()
      const idsIn = (state: 'active' | 'normal') =>
        all.flatMap((series) =>
          series
            .getRawIndicesByActiveState(state)
            .map((index) => (series.option.data[index] as Drawn | undefined)?.id ?? ''),
        )
      brushed.current?.(
        idsIn('normal').length === lines.length ? undefined : new Set(idsIn('active')),
      )
    })
    const resize = new ResizeObserver(() => chart.resize())
    resize.observe(element)
    return () => {
      resize.disconnect()
      // Without this a second chart on the element draws where nobody sees it.
      chart.dispose()
    }
  }, [dimensions, lines, colorBy, groups, scheme])
  return (
    <div
      className="parallel"
      ref={host}
      role="img"
      aria-label={[
        `${label}: ${lines.length} runs over ${dimensions.map((d) => d.name).join(', ')}`,
        ...(groups ?? []).map(({ id, name }) => `${name} ${countOf(lines, id)}`),
      ].join('; ')}
      style={{ height }}
    />
  )
}

interface Drawn {
  readonly id: string
  readonly value: readonly (number | string)[]
}

const drawn = (lines: readonly Line[]): readonly Drawn[] =>
  lines.map(({ id, values }) => ({ id, value: values.map((value) => value ?? '-') }))

const look = { type: 'parallel', smooth: 0.15, inactiveOpacity: 0.06 } as const

/** Lines in colours by one of their values. */
function coloured(lines: readonly Line[], colorBy: number) {
  const numbers = lines.map((line) => line.values[colorBy]).filter((v) => typeof v === 'number')
  return {
    visualMap: {
      show: false,
      dimension: colorBy,
      min: numbers.length === 0 ? 0 : Math.min(...numbers),
      max: numbers.length === 0 ? 1 : Math.max(...numbers),
      inRange: { color: ['--series-2', '--sand', '--series-1'].map((t) => resolveColor(t)) },
    },
    series: [{ ...look, lineStyle: { width: 1.8, opacity: 0.75 }, data: drawn(lines) }],
  }
}

/** Lines in the colours of their groups; behind them, those of no group. */
function grouped(lines: readonly Line[], groups: readonly LineGroup[]) {
  const byGroup = Map.groupBy(lines, ({ group }) => group)
  // Two groups may have one name: runs whose value is the word for none, and runs without one.
  const nameOf = new Map(groups.map(({ id, name }) => [id, name]))
  const faint = { width: 1, opacity: 0.3, color: resolveColor('--text-muted') }
  return {
    legend: {
      type: 'scroll',
      bottom: 0,
      icon: 'roundRect',
      itemHeight: 4,
      data: groups.map(({ id }) => ({ name: id })),
      formatter: (id: string) => nameOf.get(id) ?? id,
      textStyle: { color: resolveColor('--text') },
    },
    series: [
      { ...look, lineStyle: faint, data: drawn(byGroup.get(undefined) ?? []) },
      ...groups.map(({ id, token, dashed }) => {
        const color = resolveColor(token)
        const type = dashed ? 'dashed' : 'solid'
        return {
          ...{ ...look, name: id, color, itemStyle: { color } },
          lineStyle: { width: 1.8, opacity: 0.75, color, type },
          data: drawn(byGroup.get(id) ?? []),
        }
      }),
    ],
  }
}

function countOf(lines: readonly Line[], group: string): number {
  return lines.filter((line) => line.group === group).length
}

/** The part of a chart's inside that tells which lines are brushed; its events carry none. */
interface BrushedChart {
  getModel(): {
    getSeries(): readonly {
      readonly option: { readonly data: readonly unknown[] }
      getRawIndicesByActiveState(state: 'active' | 'normal'): readonly number[]
    }[]
  }
}
