import { resolveColor } from '../../design/color.ts'
import { formatNumber, formatTime } from '../../design/format.ts'
import type { PlotLine } from './drawable.ts'
import type { LineFrame } from './line-frame.ts'
import { margin } from './plot.tsx'
import { extent, linearScale, logScale } from './scales.ts'

interface LineSvgOptions {
  readonly width: number
  readonly height: number
  readonly yName: string
  readonly frame: LineFrame
}

/** The lines of a chart as a drawing of its own, with the names of the runs under it. */
export function lineSvg(lines: readonly PlotLine[], options: LineSvgOptions): string {
  const { width, height, yName, frame } = options
  const { axis, logX, logY } = frame
  const known = lines.flatMap(({ values, range }) =>
    [...values, ...(range === undefined ? [] : [...range.low, ...range.high])].filter(
      (value) => value !== null,
    ),
  )
  const xs = extent(lines.flatMap((line) => line.x)) ?? [0, 1]
  const [low, high] = extent(known) ?? [0, 1]
  const ys = [frame.yFrom ?? low, frame.yTo ?? high] as const
  const [left, right] = [margin.left, width - margin.right]
  const [top, bottom] = [margin.top, height - margin.bottom]
  const x = (logX ? logScale : linearScale)(xs, [left, right])
  const y = (logY ? logScale : linearScale)(ys, [bottom, top])
  const text = resolveColor('--text-muted')
  const rule = resolveColor('--line')
  const label = (at: string, words: string) =>
    `<text ${at} fill="${text}" font-size="11" font-family="sans-serif">${escaped(words)}</text>`
  const parts = [
    `<rect width="100%" height="100%" fill="${resolveColor('--surface')}"/>`,
    `<clipPath id="within"><rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/></clipPath>`,
    ...y.ticks.map(
      (tick) =>
        `<line x1="${left}" x2="${right}" y1="${y(tick)}" y2="${y(tick)}" stroke="${rule}"/>${label(`x="${left - 7}" y="${y(tick) + 4}" text-anchor="end"`, formatNumber(tick, 3))}`,
    ),
    ...x.ticks.map((tick) =>
      label(
        `x="${x(tick)}" y="${bottom + 15}" text-anchor="middle"`,
        axis.kind === 'time' ? formatTime(tick) : formatNumber(tick),
      ),
    ),
    label(`x="${(left + right) / 2}" y="${height - 5}" text-anchor="middle"`, axis.name),
    label(
      `transform="translate(12 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle"`,
      yName,
    ),
  ]
  lines.forEach((line, index) => {
    const color = resolveColor(line.token)
    const within = 'clip-path="url(#within)"'
    const points = (values: readonly (number | null)[]) =>
      values.flatMap((value, at) =>
        value === null ? [] : [`${x(line.x[at] ?? 0).toFixed(1)},${y(value).toFixed(1)}`],
      )
    const draw = (values: readonly (number | null)[], look: string) =>
      parts.push(
        `<polyline ${within} fill="none" stroke="${color}" ${look} points="${points(values).join(' ')}"/>`,
      )
    if (line.range !== undefined) {
      const around = [...points(line.range.low), ...points(line.range.high).toReversed()]
      parts.push(
        `<polygon ${within} fill="${color}" fill-opacity="0.16" points="${around.join(' ')}"/>`,
      )
    }
    const dash = line.dashed ? ' stroke-dasharray="6 4"' : ''
    if (line.smooth === undefined) draw(line.values, `stroke-width="1.75"${dash}`)
    else {
      draw(line.values, 'stroke-width="1" stroke-opacity="0.25"')
      draw(line.smooth, `stroke-width="1.75"${dash}`)
    }
    const at = height + 16 + index * 16
    parts.push(
      `<line x1="${left}" x2="${left + 18}" y1="${at - 4}" y2="${at - 4}" stroke="${color}" stroke-width="2"${dash}/>`,
      label(`x="${left + 24}" y="${at}"`, line.name),
    )
  })
  const tall = height + 24 + lines.length * 16
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${tall}" viewBox="0 0 ${width} ${tall}">${parts.join('')}</svg>`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
