import { useEffect, useState, type ReactNode, type Ref } from 'react'
import { formatNumber } from '../../design/format.ts'
import type { Scale } from './scales.ts'
import { shortened } from './shortened.ts'

export const margin = { top: 10, right: 14, bottom: 38, left: 58 }

/** The width of an element, followed. */
export function useWidth(): readonly [(element: HTMLDivElement | null) => void, number] {
  // As state: the element may come later than the component, once there is something to draw.
  const [element, setElement] = useState<HTMLDivElement | null>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (element === null) return
    setWidth(element.clientWidth)
    const watch = new ResizeObserver(() => setWidth(element.clientWidth))
    watch.observe(element)
    return () => watch.disconnect()
  }, [element])
  return [setElement, width]
}

interface PlotProps {
  readonly label: string
  readonly width: number
  readonly height: number
  readonly x: Scale
  readonly y: Scale
  readonly xName: string
  readonly yName: string
  readonly xText?: (value: number) => string
  readonly ref?: Ref<SVGSVGElement>
  readonly children: ReactNode
}

/** A drawing with two axes. */
export function Plot(props: PlotProps): ReactNode {
  const { label, width, height, x, y, xName, yName, children } = props
  const xText = props.xText ?? short
  const [left, right] = [margin.left, width - margin.right]
  const [top, bottom] = [margin.top, height - margin.bottom]
  return (
    <svg
      ref={props.ref}
      className="plot"
      role="img"
      aria-label={label}
      width={width}
      height={height}
    >
      {y.ticks.map((tick) => (
        <g key={tick}>
          <line className="plot-rule" x1={left} x2={right} y1={y(tick)} y2={y(tick)} />
          <text
            className="plot-tick"
            x={left - 7}
            y={y(tick)}
            textAnchor="end"
            dominantBaseline="central"
          >
            {short(tick)}
          </text>
        </g>
      ))}
      {x.ticks.map((tick) => (
        <text key={tick} className="plot-tick" x={x(tick)} y={bottom + 14} textAnchor="middle">
          {xText(tick)}
        </text>
      ))}
      <line className="plot-axis" x1={left} x2={right} y1={bottom} y2={bottom} />
      <text className="plot-name" x={(left + right) / 2} y={height - 5} textAnchor="middle">
        {shortened(xName, right - left)}
      </text>
      <text
        className="plot-name"
        textAnchor="middle"
        transform={`translate(11 ${(top + bottom) / 2}) rotate(-90)`}
      >
        {shortened(yName, bottom - top)}
      </text>
      {children}
    </svg>
  )
}

function short(value: number): string {
  return formatNumber(value, 3)
}
