import { ParallelChart } from 'echarts/charts'
import { ParallelComponent, VisualMapComponent } from 'echarts/components'
import { init, use as useParts } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { useEffect, useRef, type ReactNode } from 'react'
import { useScheme } from './appearance.ts'
import { resolveColor } from './color.ts'
import { formatNumber } from './format.ts'

useParts([ParallelChart, ParallelComponent, VisualMapComponent, CanvasRenderer])

export interface Dimension {
  readonly name: string
  /** Present for a dimension of texts: its values in order. */
  readonly categories?: readonly string[]
}

interface ParallelProps {
  readonly label: string
  readonly dimensions: readonly Dimension[]
  readonly lines: readonly { id: string; values: readonly (number | string | null)[] }[]
  /** Which dimension the colour follows. */
  readonly colorBy: number
  readonly height?: number
  /** The lines within all brushed ranges; undefined when nothing is brushed. */
  readonly onBrush?: (ids: ReadonlySet<string> | undefined) => void
}

/** One axis a dimension, one line a run; drag along an axis to keep the lines that pass there. */
export function ParallelCoordinates(props: ParallelProps): ReactNode {
  const { label, dimensions, lines, colorBy, onBrush, height = 340 } = props
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
    const numbers = lines.map((line) => line.values[colorBy]).filter((v) => typeof v === 'number')
    const text = resolveColor('--text-soft')
    const line = resolveColor('--line-strong')
    chart.setOption({
      animation: false,
      parallel: { left: 56, right: 72, top: 44, bottom: 24 },
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
      visualMap: {
        show: false,
        dimension: colorBy,
        min: numbers.length === 0 ? 0 : Math.min(...numbers),
        max: numbers.length === 0 ? 1 : Math.max(...numbers),
        inRange: { color: ['--series-2', '--sand', '--series-1'].map((t) => resolveColor(t)) },
      },
      series: {
        type: 'parallel',
        smooth: 0.15,
        lineStyle: { width: 1.8, opacity: 0.75 },
        inactiveOpacity: 0.06,
        data: lines.map((each) => each.values.map((value) => value ?? '-')),
      },
    })
    chart.on('axisareaselected', () => {
      const series = (chart as unknown as BrushedChart).getModel().getSeriesByIndex(0)
      const indices = series.getRawIndicesByActiveState('active')
      const free = series.getRawIndicesByActiveState('normal').length === lines.length
      brushed.current?.(free ? undefined : new Set(indices.map((index) => lines[index]?.id ?? '')))
    })
    const resize = new ResizeObserver(() => chart.resize())
    resize.observe(element)
    return () => {
      resize.disconnect()
      // Without this a second chart on the element draws where nobody sees it.
      chart.dispose()
    }
  }, [dimensions, lines, colorBy, scheme])
  return (
    <div
      className="parallel"
      ref={host}
      role="img"
      aria-label={`${label}: ${lines.length} runs over ${dimensions.map((d) => d.name).join(', ')}`}
      style={{ height }}
    />
  )
}

/** The part of a chart's inside that tells which lines are brushed; its events carry none. */
interface BrushedChart {
  getModel(): {
    getSeriesByIndex(index: number): {
      getRawIndicesByActiveState(state: 'active' | 'normal'): readonly number[]
    }
  }
}
