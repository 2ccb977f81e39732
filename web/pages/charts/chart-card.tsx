import { Menu, Modal } from '@mantine/core'
import {
  lazy,
  Suspense,
  useEffect,
  useRef,
  useState,
  type PointerEvent,
  type ReactNode,
} from 'react'
import { Icon } from '../../design/icons.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { BarPanel } from './bar-panel.tsx'
import { BoxPanel } from './box-panel.tsx'
import { titleOf, type BoardSettings, type ChartKind, type ChartSpec } from './chart-spec.ts'
import { DifferencePanel } from './difference-panel.tsx'
import { saveBlob, savePng, saveText, type Figure } from './figure.ts'
import { ImagesPanel } from './images-panel.tsx'
import { LinePanel } from './line-panel.tsx'
import type { ChartSource, PanelProps } from './panel.ts'
import { ScatterPanel } from './scatter-panel.tsx'

const ParallelPanel = lazy(async () => ({
  default: (await import('./parallel-panel.tsx')).ParallelPanel,
}))

const panels: Readonly<Record<ChartKind, (props: PanelProps) => ReactNode>> = {
  line: LinePanel,
  bar: BarPanel,
  scatter: ScatterPanel,
  contour: ScatterPanel,
  parallel: (props) => <ParallelPanel {...props} />,
  box: BoxPanel,
  difference: DifferencePanel,
  images: ImagesPanel,
}

const mostWide = 3
const mostHigh = 3
const heightOf = (high: number): number => 130 + 90 * high

interface ChartCardProps {
  readonly table: ChartSource
  readonly spec: ChartSpec
  readonly settings: BoardSettings
  readonly onChange: (spec: ChartSpec) => void
  readonly onEdit: () => void
  readonly onRemove: () => void
  readonly onMove: (by: number) => void
  /** Another chart was let go here. */
  readonly onDrop: (id: string) => void
}

/** A chart with what can be done to it. It is drawn when it first comes in sight. */
export function ChartCard(props: ChartCardProps): ReactNode {
  const { table, spec, settings, onChange, onMove } = props
  const card = useRef<HTMLElement>(null)
  const figure = useRef<Figure>(undefined)
  const isSeen = useSeen(card)
  const [isFull, setFull] = useState(false)
  const [over, setOver] = useState(false)
  const [wide, high] = [spec.wide ?? 1, spec.high ?? 1]
  const title = titleOf(spec)
  const Panel = panels[spec.kind]
  const size = (change: { readonly wide?: number; readonly high?: number }) =>
    onChange({
      ...spec,
      wide: clamp(change.wide ?? wide, mostWide),
      high: clamp(change.high ?? high, mostHigh),
    })
  const panel = (height: number) => (
    <Suspense fallback={<Skeleton lines={5} />}>
      <Panel {...{ table, spec, settings, figure, height }} />
    </Suspense>
  )
  return (
    <article
      ref={card}
      className="chart-card card"
      aria-label={title}
      data-over={over || undefined}
      style={{ gridColumn: `span ${wide}` }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('text/x-chart')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false)
        const id = event.dataTransfer.getData('text/x-chart')
        if (id !== '' && id !== spec.id) props.onDrop(id)
      }}
    >
      <header>
        <button
          type="button"
          className="chart-grip"
          aria-label={`Move ${title}: left and right arrow`}
          title="Drag, or use the arrow keys, to arrange"
          draggable
          onDragStart={(event) => event.dataTransfer.setData('text/x-chart', spec.id)}
          onKeyDown={(event) => {
            const by = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key]
            if (by === undefined) return
            event.preventDefault()
            onMove(by)
          }}
        />
        <h2 title={title}>{title}</h2>
        <Menu position="bottom-end" width={210}>
          <Menu.Target>
            <button type="button" className="plain" aria-label={`What to do with ${title}`}>
              <Icon name="more" size={16} />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={props.onEdit}>Edit …</Menu.Item>
            <Menu.Item onClick={() => setFull(true)}>Full size</Menu.Item>
            <Menu.Divider />
            <Menu.Item disabled={wide >= mostWide} onClick={() => size({ wide: wide + 1 })}>
              Wider
            </Menu.Item>
            <Menu.Item disabled={wide <= 1} onClick={() => size({ wide: wide - 1 })}>
              Narrower
            </Menu.Item>
            <Menu.Item disabled={high >= mostHigh} onClick={() => size({ high: high + 1 })}>
              Taller
            </Menu.Item>
            <Menu.Item disabled={high <= 1} onClick={() => size({ high: high - 1 })}>
              Lower
            </Menu.Item>
            <Menu.Divider />
            <SaveItems figure={figure} name={fileName(title)} host={card} />
            <Menu.Divider />
            <Menu.Item onClick={props.onRemove}>Remove</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </header>
      <div className="chart-body" style={{ minHeight: heightOf(high) }}>
        {isSeen && !isFull && panel(heightOf(high))}
      </div>
      <Corner onSize={(byWide, byHigh) => size({ wide: wide + byWide, high: high + byHigh })} />
      {isFull && (
        <Modal opened fullScreen onClose={() => setFull(false)} title={title}>
          {panel(Math.max(320, innerHeight - 160))}
        </Modal>
      )}
    </article>
  )
}

/** Pictures of canvases are taken as they are; drawings keep their lines. */
function SaveItems({ figure, name, host }: SaveItemsProps): ReactNode {
  const canvas = () => host.current?.querySelector<HTMLCanvasElement>('.parallel canvas') ?? null
  const hasSvg = figure.current?.svg !== undefined
  const png = () => {
    const svg = figure.current?.svg?.()
    const drawn = canvas()
    if (svg !== undefined && svg !== '') void savePng(svg, `${name}.png`)
    else drawn?.toBlob((blob) => blob !== null && saveBlob(blob, `${name}.png`))
  }
  return (
    <>
      <Menu.Item disabled={!hasSvg && canvas() === null} onClick={png}>
        Save as PNG
      </Menu.Item>
      <Menu.Item
        disabled={!hasSvg}
        onClick={() => {
          const svg = figure.current?.svg?.()
          if (svg !== undefined) saveText(svg, 'image/svg+xml', `${name}.svg`)
        }}
      >
        Save as SVG
      </Menu.Item>
      <Menu.Item
        onClick={() => {
          const csv = figure.current?.csv()
          if (csv !== undefined) saveText(csv, 'text/csv', `${name}.csv`)
        }}
      >
        Save as CSV
      </Menu.Item>
    </>
  )
}

interface SaveItemsProps {
  readonly figure: { readonly current: Figure | undefined }
  readonly name: string
  readonly host: { readonly current: HTMLElement | null }
}

/** How far a corner is dragged for one more step. */
const dragStep = { wide: 160, high: 60 }

function Corner({ onSize }: { onSize: (wide: number, high: number) => void }): ReactNode {
  const start = useRef<{ readonly x: number; readonly y: number }>(undefined)
  const onUp = (event: PointerEvent) => {
    const from = start.current
    start.current = undefined
    if (from === undefined) return
    const wide = Math.round((event.clientX - from.x) / dragStep.wide)
    const high = Math.round((event.clientY - from.y) / dragStep.high)
    if (wide !== 0 || high !== 0) onSize(wide, high)
  }
  return (
    <div
      className="chart-corner"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        start.current = { x: event.clientX, y: event.clientY }
      }}
      onPointerUp={onUp}
    />
  )
}

function useSeen(host: { readonly current: HTMLElement | null }): boolean {
  const [isSeen, setSeen] = useState(typeof IntersectionObserver === 'undefined')
  useEffect(() => {
    const element = host.current
    if (element === null || isSeen) return
    const watch = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setSeen(true)
      },
      { rootMargin: '200px' },
    )
    watch.observe(element)
    return () => watch.disconnect()
  }, [host, isSeen])
  return isSeen
}

function clamp(value: number, most: number): number {
  return Math.max(1, Math.min(most, value))
}

function fileName(title: string): string {
  return title.replace(/[^\p{L}\p{N}_-]+/gu, '-')
}
