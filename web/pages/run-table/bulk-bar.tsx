import { Button, Menu, Modal, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations } from '#contract'
import { seriesCount, seriesToken } from '../../design/color.ts'
import { Confirm } from '../../design/confirm.tsx'
import { formatCount, plural } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { useGo } from '../../design/link.tsx'
import { useAct, useCaller } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { useMay } from '../../app/session.ts'
import { EndRemoved } from '../experiments/end-removed.tsx'
import { MoveDialog } from './move-dialog.tsx'
import type { RunTable } from './use-run-table.ts'

const mostCompared = 50

/** What can be done with the selected runs. Another action is another button of this bar. */
export function BulkBar({ table }: { table: RunTable }): ReactNode {
  const { selected, select, view, change, store } = table
  const caller = useCaller()
  const go = useGo()
  const [asking, setAsking] = useState<'remove' | 'tag'>()
  /** What is asked of runs that are called by name. */
  const [named, setNamed] = useState<{ readonly what: 'move' | 'end'; readonly runs: string[] }>()
  const mayEnd = useMay('tracking:manage')
  const rows = [...selected]
  const over = () => {
    select(new Set())
    store.refresh()
  }
  const act = useAct(operations.table.change, {
    done: ({ changed }, { removed }) =>
      removed === undefined
        ? `${plural(changed, 'run')} tagged`
        : `${plural(changed, 'run')} ${removed ? 'removed' : 'brought back'}`,
    onDone: () => {
      setAsking(undefined)
      over()
    },
  })
  if (selected.size === 0) return null
  const ids = async () => {
    const { runs } = await caller.call(operations.table.rows, { rows })
    return runs.map((run) => run.id)
  }
  const compare = async () => go(paths.compare(await ids()))
  const ask = async (what: 'move' | 'end') => setNamed({ what, runs: await ids() })
  return (
    <div className="bulk" role="toolbar" aria-label="Selected runs">
      <strong>{formatCount(selected.size)} selected</strong>
      <Button
        size="compact-sm"
        disabled={selected.size < 2 || selected.size > mostCompared}
        title={`From 2 to ${mostCompared} runs`}
        onClick={() => void compare()}
      >
        Compare
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        disabled={selected.size > 100}
        onClick={() =>
          // Where runs are grouped, groups would stand there instead.
          change({ mode: 'charts', top: 0, on: rows, off: [], single: view.group.length > 0 })
        }
      >
        Only these in charts
      </Button>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button size="compact-sm" variant="default">
            Colour
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {Array.from({ length: seriesCount }, (_, color) => (
            <Menu.Item
              key={color}
              leftSection={
                <i className="swatch" style={{ background: `var(${seriesToken(color)})` }} />
              }
              onClick={() =>
                change({
                  colors: {
                    ...view.colors,
                    ...Object.fromEntries(rows.map((row) => [row, color])),
                  },
                })
              }
            >
              Colour {color + 1}
            </Menu.Item>
          ))}
          <Menu.Item
            onClick={() =>
              change({
                colors: Object.fromEntries(
                  Object.entries(view.colors).filter(([row]) => !selected.has(Number(row))),
                ),
              })
            }
          >
            Its own again
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button size="compact-sm" variant="default" onClick={() => setAsking('tag')}>
        Tag …
      </Button>
      {view.removed ? (
        <>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => act.mutate({ rows, removed: false })}
          >
            Restore
          </Button>
          {mayEnd && (
            <Button size="compact-sm" variant="default" onClick={() => void ask('end')}>
              End for good …
            </Button>
          )}
        </>
      ) : (
        <>
          <Button size="compact-sm" variant="default" onClick={() => void ask('move')}>
            Move …
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setAsking('remove')}>
            Remove …
          </Button>
        </>
      )}
      <button
        type="button"
        className="plain"
        aria-label="Select none"
        onClick={() => select(new Set())}
      >
        <Icon name="bad" size={14} />
      </button>
      <Confirm
        open={asking === 'remove'}
        title={`Remove ${plural(selected.size, 'run')}?`}
        verb="Remove"
        danger
        busy={act.isPending}
        onConfirm={() => act.mutate({ rows, removed: true })}
        onClose={() => setAsking(undefined)}
      >
        <p>They go out of tables and charts. View → Show removed runs brings them back.</p>
      </Confirm>
      {named?.what === 'move' && (
        <MoveDialog runs={named.runs} onDone={over} onClose={() => setNamed(undefined)} />
      )}
      {named?.what === 'end' && (
        <EndRemoved of={{ runs: named.runs }} onDone={over} onClose={() => setNamed(undefined)} />
      )}
      {asking === 'tag' && (
        <TagDialog
          count={selected.size}
          busy={act.isPending}
          onClose={() => setAsking(undefined)}
          onTag={(key, value) => act.mutate({ rows, tags: { [key]: value } })}
        />
      )}
    </div>
  )
}

function TagDialog({ count, busy, onClose, onTag }: TagDialogProps): ReactNode {
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  return (
    <Modal opened onClose={onClose} title={`Tag ${plural(count, 'run')}`}>
      <form
        className="stack wide"
        onSubmit={(event) => {
          event.preventDefault()
          onTag(key.trim(), value)
        }}
      >
        <TextInput
          label="Tag"
          data-autofocus
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        <TextInput
          label="Value"
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <div className="line" style={{ justifyContent: 'flex-end' }}>
          <Button
            variant="subtle"
            disabled={key.trim() === ''}
            onClick={() => onTag(key.trim(), null)}
          >
            Clear the tag
          </Button>
          <Button type="submit" loading={busy} disabled={key.trim() === ''}>
            Set the tag
          </Button>
        </div>
      </form>
    </Modal>
  )
}

interface TagDialogProps {
  readonly count: number
  readonly busy: boolean
  readonly onClose: () => void
  readonly onTag: (key: string, value: string | null) => void
}
