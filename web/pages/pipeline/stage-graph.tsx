import { useEffect, useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { formatDuration, plural } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { reachable } from './reachable.ts'
import type { Grouped, GraphBox } from './stage-groups.ts'
import { boxHeight, boxWidth, layOut, type Place, type StageLayout } from './stage-layout.ts'
import { stateOf } from './stage-state.ts'

interface StageGraphProps {
  readonly grouped: Grouped
  readonly chosen: string | undefined
  /** Boxes that a search found; the others step back. `undefined` while nothing is searched for. */
  readonly found: ReadonlySet<string> | undefined
  readonly zoom: number
  readonly onChoose: (id: string) => void
  readonly onOpen: (box: GraphBox) => void
}

const margin = 16

/** Boxes in layers with lines between them; arrow keys go along the lines and the layers, Enter opens. */
export function StageGraph(props: StageGraphProps): ReactNode {
  const { grouped, chosen, found, zoom, onChoose, onOpen } = props
  const { boxes, edges } = grouped
  const layout = useMemo(
    () =>
      layOut(
        boxes.map((box) => box.id),
        edges,
      ),
    [boxes, edges],
  )
  const lit = useMemo(() => reachable(edges, chosen), [edges, chosen])
  const host = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const box = chosen === undefined ? undefined : boxElement(host.current, chosen)
    if (box) bringIntoSight(box)
  }, [chosen, layout, zoom])

  const move = (event: KeyboardEvent, box: GraphBox) => {
    if (event.key === 'Enter') {
      event.preventDefault()
      onOpen(box)
      return
    }
    const to = neighbourOf(event.key, box.id, layout, edges)
    if (to === undefined) return
    event.preventDefault()
    onChoose(to)
    boxElement(host.current, to)?.focus()
  }
  const first = chosen ?? boxes[0]?.id
  const ordered = [...boxes].sort((a, b) => {
    const [one, other] = [layout.places.get(a.id), layout.places.get(b.id)]
    return (one?.layer ?? 0) - (other?.layer ?? 0) || (one?.order ?? 0) - (other?.order ?? 0)
  })
  const width = layout.width + 2 * margin
  const height = layout.height + 2 * margin
  return (
    <div className="stage-canvas" ref={host} style={{ width: width * zoom, height: height * zoom }}>
      <div
        className="stage-plane"
        role="group"
        aria-label={`${plural(boxes.length, 'box', 'boxes')}: arrow keys move, Enter opens`}
        style={{ width, height, transform: `scale(${zoom})` }}
      >
        <svg width={width} height={height} aria-hidden="true">
          {edges.map(({ from, to }) => {
            const [a, b] = [layout.places.get(from), layout.places.get(to)]
            if (a === undefined || b === undefined) return null
            const near = lit === undefined ? '' : lit.has(from) && lit.has(to) ? ' lit' : ' dim'
            return (
              <path
                key={`${from} ${to}`}
                className={`stage-edge${near}`}
                d={curve(a, b, layout.down)}
              />
            )
          })}
        </svg>
        {ordered.map((box) => {
          const place = layout.places.get(box.id)
          if (place === undefined) return null
          const dim =
            found === undefined ? lit !== undefined && !lit.has(box.id) : !found.has(box.id)
          return (
            <div
              key={box.id}
              className="stage-spot"
              style={{ left: place.x + margin, top: place.y + margin }}
            >
              <button
                type="button"
                data-box={box.id}
                className={`stage-box ${classOf(box)}${dim ? ' dim' : ''}${box.id === chosen ? ' chosen' : ''}`}
                aria-pressed={box.id === chosen}
                aria-label={labelOf(box)}
                tabIndex={box.id === first ? 0 : -1}
                onClick={() => onChoose(box.id)}
                onDoubleClick={() => onOpen(box)}
                onKeyDown={(event) => move(event, box)}
              >
                <BoxContent box={box} />
              </button>
            </div>
          )
        })}
      </div>
    </div>
  )
}

function BoxContent({ box }: { box: GraphBox }): ReactNode {
  const [only] = box.stages
  if (box.closed || only === undefined) {
    return (
      <>
        <span className="stage-title">
          {box.title} <span className="stage-count">{box.stages.length}</span>
        </span>
        <span className="stage-bar" aria-hidden="true">
          {countsOf(box).map(([health, count]) => (
            <i key={health} className={health} style={{ flexGrow: count }} />
          ))}
        </span>
        <span className="stage-note">
          {summaryOf(box)}
          <Folder name={box.folder} />
        </span>
      </>
    )
  }
  const state = stateOf(only)
  return (
    <>
      <span className="stage-title" title={only.name}>
        <StageTitle title={box.title} />
      </span>
      <span className="stage-note">
        <Icon name={state.health} size={12} /> {state.word}
        <Folder name={box.folder} />
        {only.seconds !== undefined && (
          <span className="stage-time">{formatDuration(only.seconds * 1000)}</span>
        )}
      </span>
    </>
  )
}

/** Stages of one loop differ after the @: a name too long for its box is cut before it. */
function StageTitle({ title }: { title: string }): ReactNode {
  const at = title.lastIndexOf('@')
  if (at < 1) return title
  return (
    <span className="stage-item">
      <span>{title.slice(0, at)}</span>
      <span>{title.slice(at)}</span>
    </span>
  )
}

function Folder({ name }: { name: string }): ReactNode {
  return name === '' ? null : <span className="stage-folder">in {name}</span>
}

function countsOf(box: GraphBox): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>()
  for (const stage of box.stages) {
    const { health } = stateOf(stage)
    counts.set(health, (counts.get(health) ?? 0) + 1)
  }
  return [...counts]
}

function summaryOf(box: GraphBox): string {
  const counts = new Map<string, number>()
  for (const stage of box.stages) {
    const { word } = stateOf(stage)
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  if (counts.size === 1) return `all ${[...counts.keys()][0] ?? ''}`
  return [...counts]
    .filter(([word]) => word !== 'up to date')
    .map(([word, count]) => `${count} ${word}`)
    .join(', ')
}

function labelOf(box: GraphBox): string {
  const [only] = box.stages
  return box.closed || only === undefined
    ? `${box.title}, group of ${box.stages.length} stages, ${summaryOf(box)}`
    : `${only.name}, ${stateOf(only).word}`
}

/** The state that most wants a look colours the box. */
function classOf(box: GraphBox): string {
  const states = box.stages.map(stateOf)
  const worst = (['bad', 'busy', 'attention'] as const).find((health) =>
    states.some((state) => state.health === health),
  )
  const running = states.some((state) => state.running) ? ' running' : ''
  return `${worst ?? 'good'}${running}${box.closed ? ' group' : ''}`
}

function curve(a: Place, b: Place, down: boolean): string {
  if (down) {
    const [x1, y1] = [a.x + boxWidth / 2 + margin, a.y + boxHeight + margin]
    const [x2, y2] = [b.x + boxWidth / 2 + margin, b.y + margin]
    const bend = Math.max(18, (y2 - y1) / 2)
    return `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`
  }
  const [x1, y1] = [a.x + boxWidth + margin, a.y + boxHeight / 2 + margin]
  const [x2, y2] = [b.x + margin, b.y + boxHeight / 2 + margin]
  const bend = Math.max(24, (x2 - x1) / 2)
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}

/** Against the arrows to what a box needs, with them to what needs it, and beside it within its layer. */
function neighbourOf(
  key: string,
  id: string,
  { places, down }: StageLayout,
  edges: Grouped['edges'],
): string | undefined {
  const here = places.get(id)
  const steps = down
    ? { ArrowUp: 'back', ArrowDown: 'on', ArrowLeft: -1, ArrowRight: 1 }
    : { ArrowLeft: 'back', ArrowRight: 'on', ArrowUp: -1, ArrowDown: 1 }
  const step = Object.entries(steps).find(([name]) => name === key)?.[1]
  if (here === undefined || step === undefined) return undefined
  if (typeof step === 'number') {
    return [...places].find(
      ([, place]) => place.layer === here.layer && place.order === here.order + step,
    )?.[0]
  }
  const along =
    step === 'back'
      ? edges.filter((edge) => edge.to === id).map((edge) => edge.from)
      : edges.filter((edge) => edge.from === id).map((edge) => edge.to)
  const distance = (each: string) => {
    const place = places.get(each) ?? here
    return Math.abs(place.x - here.x) + Math.abs(place.y - here.y)
  }
  return along.sort((a, b) => distance(a) - distance(b))[0]
}

/** In the middle of the frame where it was at an edge or beyond. */
function bringIntoSight(box: HTMLElement): void {
  const frame = box.closest<HTMLElement>('.stage-frame')
  if (!frame) return
  const [inner, outer] = [box.getBoundingClientRect(), frame.getBoundingClientRect()]
  const edge = 24
  const inside =
    inner.left >= outer.left + edge &&
    inner.right <= outer.right - edge &&
    inner.top >= outer.top + edge &&
    inner.bottom <= outer.bottom - edge
  if (inside) return
  frame.scrollBy?.({
    left: inner.left + inner.width / 2 - outer.left - outer.width / 2,
    top: inner.top + inner.height / 2 - outer.top - outer.height / 2,
  })
}

function boxElement(host: HTMLElement | null, id: string): HTMLElement | undefined {
  return [...(host?.querySelectorAll<HTMLElement>('[data-box]') ?? [])].find(
    (each) => each.dataset.box === id,
  )
}
