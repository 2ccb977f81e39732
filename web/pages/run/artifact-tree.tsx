import { useQueries } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { operations } from '#contract'
import { formatBytes } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { scrollToLine } from '../../design/scroll-to-line.ts'
import { useCaller } from '../../app/api.tsx'
import { foldersAbove, treeLines, type TreeLine } from './file-tree.ts'

interface ArtifactTreeProps {
  readonly owner: string
  readonly chosen: string | undefined
  readonly onChoose: (file: TreeLine) => void
}

const linePx = 30

/** Folders and files; a folder is read when it is opened, and only lines in sight are drawn. Arrow keys move. */
export function ArtifactTree({ owner, chosen, onChoose }: ArtifactTreeProps): ReactNode {
  const caller = useCaller()
  const scroll = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState<ReadonlySet<string>>(() => new Set(foldersAbove(chosen ?? '')))
  const [active, setActive] = useState(chosen ?? '')
  const folders = ['', ...open]
  const reads = useQueries({
    queries: folders.map((folder) => {
      const input = { owner, ...(folder === '' ? {} : { folder }) }
      return {
        queryKey: ['artifacts', operations.artifacts.list.name, input],
        queryFn: () => caller.call(operations.artifacts.list, input),
      }
    }),
  })
  const lists = reads.map((read) => read.data)
  const lines = useMemo(
    () => treeLines((folder) => lists[folders.indexOf(folder)]?.entries, open),
    // The lists are new objects only when what was read has changed.
    [open, ...lists],
  )
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => linePx,
    overscan: 12,
    initialRect: { width: 260, height: 500 },
  })
  const at = Math.max(
    0,
    lines.findIndex((line) => line.path === active),
  )

  const toggle = (line: TreeLine, to: boolean) => {
    const next = new Set(open)
    if (to) next.add(line.path)
    else next.delete(line.path)
    setOpen(next)
  }
  const act = (line: TreeLine | undefined) => {
    if (line === undefined) return
    setActive(line.path)
    if (line.folder) toggle(line, !line.open)
    else onChoose(line)
  }
  const moveTo = (index: number) => {
    const line = lines[Math.max(0, Math.min(lines.length - 1, index))]
    if (line === undefined) return
    setActive(line.path)
    scrollToLine(scroll.current, lines.indexOf(line), linePx)
  }
  const onKey = (event: KeyboardEvent) => {
    const line = lines[at]
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => moveTo(at + 1),
      ArrowUp: () => moveTo(at - 1),
      Home: () => moveTo(0),
      End: () => moveTo(lines.length - 1),
      Enter: () => act(line),
      ' ': () => act(line),
      ArrowRight: () => {
        if (line?.folder === true && !line.open) toggle(line, true)
        else moveTo(at + 1)
      },
      ArrowLeft: () => {
        if (line?.open === true) toggle(line, false)
        else moveTo(lines.findIndex((each) => each.path === foldersAbove(active).at(-1)))
      },
    }
    const run = keys[event.key]
    if (run === undefined) return
    event.preventDefault()
    run()
  }

  return (
    <div
      className="artifact-tree"
      ref={scroll}
      role="tree"
      aria-label="Files"
      tabIndex={0}
      aria-activedescendant={lines[at] === undefined ? undefined : `file-${lines[at].path}`}
      onKeyDown={onKey}
    >
      <div role="none" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const line = lines[index]
          if (line === undefined) return null
          return (
            <div
              key={line.path}
              id={`file-${line.path}`}
              role="treeitem"
              className="artifact-line"
              aria-level={line.depth + 1}
              aria-selected={line.path === chosen}
              {...(line.folder ? { 'aria-expanded': line.open } : {})}
              data-active={index === at || undefined}
              style={{ top: start, height: linePx, paddingLeft: 8 + line.depth * 16 }}
              title={line.path}
              onClick={() => act(line)}
            >
              <Icon name={line.folder ? (line.open ? 'down' : 'chevron') : 'file'} size={14} />
              <span className="artifact-name">{line.name}</span>
              <span className="muted small">
                {line.size === undefined ? (line.waiting ? '…' : '') : formatBytes(line.size)}
              </span>
            </div>
          )
        })}
      </div>
    </div>
  )
}
