import { Button, TextInput } from '@mantine/core'
import { useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import type { GraphStage } from '#contract'
import { plural } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { useGo } from '../../design/link.tsx'
import { paths } from '../../app/paths.ts'
import { useShortcut } from '../../app/shortcuts.tsx'
import { BoxPanel } from './box-panel.tsx'
import { RunPipeline } from './run-pipeline.tsx'
import { StageGraph } from './stage-graph.tsx'
import { allGroups, closedAtFirst, groupStages, type GraphBox } from './stage-groups.ts'
import { stateOf } from './stage-state.ts'

/** Below it nothing can be read; what is larger still is scrolled. */
const leastFit = 0.4

/** What still reads well without being asked for. */
const leastFirst = 0.7

const zooms = [0.35, 0.5, 0.65, 0.8, 1, 1.25]

/** The graph with what one needs to find one's way in it: search, zoom, groups, and what is chosen beside it. */
export function GraphTab({ stages }: { stages: readonly GraphStage[] }): ReactNode {
  const go = useGo()
  const shape = stages.map((stage) => `${stage.file} ${stage.group} ${stage.name}`).join('\n')
  const [closed, setClosed] = useState(() => closedAtFirst(stages))
  const [shaped, setShaped] = useState(shape)
  if (shaped !== shape) {
    setShaped(shape)
    setClosed(closedAtFirst(stages))
  }
  const [chosen, setChosen] = useState<string>()
  const [search, setSearch] = useState('')
  const [dueOnly, setDueOnly] = useState(false)
  const [zoom, setZoom] = useState(1)
  const frame = useRef<HTMLDivElement>(null)
  const input = useRef<HTMLInputElement>(null)
  const grouped = useMemo(() => groupStages(stages, closed), [stages, closed])
  const groups = useMemo(() => allGroups(stages), [stages])
  const found = useMemo(() => matching(grouped.boxes, search, dueOnly), [grouped, search, dueOnly])
  const box = grouped.boxes.find((each) => each.id === chosen)

  const toggle = (id: string) => {
    const next = new Set(closed)
    if (!next.delete(id)) next.add(id)
    setClosed(next)
    setChosen(undefined)
  }
  const open = (each: GraphBox) => {
    if (each.closed) toggle(each.id)
    else go(paths.stage(each.id))
  }
  const step = (by: 1 | -1) => {
    const at = zooms.findIndex((each) => each >= zoom - 0.001)
    setZoom(zooms[Math.max(0, Math.min(zooms.length - 1, at + by))] ?? 1)
  }
  const fit = () => {
    const { across, down } = roomOf(frame.current)
    setZoom(Math.max(leastFit, Math.min(1, across, down)))
  }
  // as wide as the page when it opens, if it can be read so
  useLayoutEffect(() => {
    setZoom(Math.max(leastFirst, Math.min(1, roomOf(frame.current).across)))
  }, [shape])
  useShortcut('+', 'Zoom in', () => step(1))
  useShortcut('-', 'Zoom out', () => step(-1))
  useShortcut('0', 'Fit the graph', fit)
  useShortcut('f', 'Find a stage', () => input.current?.focus())

  return (
    <div className="stack wide">
      <RunPipeline stages={stages} />
      <div className="stage-tools">
        <TextInput
          ref={input}
          size="xs"
          aria-label="Find a stage"
          placeholder="Find a stage, a file or a command (f)"
          leftSection={<Icon name="search" size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            const [first] = found ?? []
            if (event.key === 'Enter' && first !== undefined) {
              setChosen(first)
              setZoom(Math.max(zoom, 0.8))
            }
            if (event.key === 'Escape') setSearch('')
          }}
        />
        <Button
          size="xs"
          {...(dueOnly ? {} : { variant: 'default' })}
          aria-pressed={dueOnly}
          onClick={() => setDueOnly(!dueOnly)}
        >
          Would run
        </Button>
        {found !== undefined && (
          <span className="small muted" role="status">
            {plural(found.size, 'match', 'matches')}
          </span>
        )}
        <span className="grow" />
        {groups.size > 0 && (
          <>
            <Button size="xs" variant="default" onClick={() => setClosed(new Set())}>
              Open all
            </Button>
            <Button size="xs" variant="default" onClick={() => setClosed(new Set(groups.keys()))}>
              Close all
            </Button>
          </>
        )}
        <Button.Group>
          <Button size="xs" variant="default" aria-label="Zoom out" onClick={() => step(-1)}>
            −
          </Button>
          <Button size="xs" variant="default" onClick={fit}>
            Fit
          </Button>
          <Button size="xs" variant="default" aria-label="Zoom in" onClick={() => step(1)}>
            +
          </Button>
        </Button.Group>
      </div>
      <div className={box === undefined ? 'stage-split' : 'stage-split with-panel'}>
        <div className="stage-frame card" ref={frame} tabIndex={0} role="region" aria-label="Graph">
          <StageGraph
            grouped={grouped}
            chosen={chosen}
            found={found}
            zoom={zoom}
            onChoose={(id) => setChosen(id)}
            onOpen={open}
          />
        </div>
        {box !== undefined && (
          <BoxPanel
            box={box}
            groups={groups}
            onToggle={toggle}
            onClose={() => setChosen(undefined)}
          />
        )}
      </div>
    </div>
  )
}

function matching(
  boxes: readonly GraphBox[],
  search: string,
  dueOnly: boolean,
): ReadonlySet<string> | undefined {
  const wanted = search.trim().toLowerCase()
  if (wanted === '' && !dueOnly) return undefined
  const fits = (stage: GraphStage) =>
    (!dueOnly || stateOf(stage).health !== 'good') &&
    [stage.name, stage.command, ...stage.deps, ...stage.outs].some((text) =>
      text.toLowerCase().includes(wanted),
    )
  return new Set(boxes.filter((box) => box.stages.some(fits)).map((box) => box.id))
}

/** How large the graph may be drawn to fit into its frame. */
function roomOf(frame: HTMLElement | null): { readonly across: number; readonly down: number } {
  const plane = frame?.querySelector<HTMLElement>('.stage-plane')
  if (!frame || !plane || plane.offsetWidth === 0) return { across: 1, down: 1 }
  return {
    across: (frame.clientWidth - 4) / plane.offsetWidth,
    down: (frame.clientHeight - 4) / plane.offsetHeight,
  }
}
