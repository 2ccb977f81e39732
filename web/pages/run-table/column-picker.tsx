import { Button, Popover, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState, type ReactNode } from 'react'
import { operations } from '#contract'
import { formatCount } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { useRead } from '../../app/api.tsx'
import { columnOf, factIds } from './columns.ts'
import type { RunTable } from './use-run-table.ts'

const most = 100

/** Which columns stand in the table: found by a part of their name among however many keys there are. */
export function ColumnPicker({ table }: { table: RunTable }): ReactNode {
  const [text, setText] = useState('')
  const [open, setOpen] = useState(false)
  const [asked] = useDebouncedValue(text.trim(), 120)
  const { chosen, view, change } = table
  const read = useRead(
    operations.table.keys,
    { experiments: table.ids.join(','), limit: most, ...(asked === '' ? {} : { text: asked }) },
    { enabled: open, keep: true },
  )
  const found = read.data
  const part = asked.toLowerCase()
  const facts = factIds.filter((id) => columnOf(id)?.name.toLowerCase().includes(part))
  const sections = [
    { title: 'Run', ids: facts, total: facts.length },
    ...(['metrics', 'params', 'tags'] as const).map((area) => ({
      title: { metrics: 'Metrics', params: 'Parameters', tags: 'Tags' }[area],
      ids: (found?.[area] ?? []).map((key) => `${area}.${key}`),
      total: found?.total[area] ?? 0,
    })),
  ].filter((section) => section.ids.length > 0)
  const all = sections.flatMap((section) => section.ids)
  const isOn = new Set(chosen)
  const set = (ids: readonly string[]) =>
    change({ columns: ids, pinned: view.pinned.filter((id) => ids.includes(id)) })
  return (
    <Popover position="bottom-end" width={360} trapFocus opened={open} onChange={setOpen}>
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="columns" size={15} />}
          onClick={() => setOpen(!open)}
        >
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <div className="stack">
          <TextInput
            size="xs"
            data-autofocus
            aria-label="Find a column"
            placeholder="Find a metric, parameter or tag"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <div className="column-list" tabIndex={0} role="group" aria-label="Columns found">
            {sections.map(({ title, ids, total }) => (
              <fieldset key={title}>
                <legend>
                  {title}
                  <span className="muted">
                    {' '}
                    {ids.length < total ? `${ids.length} of ${formatCount(total)}` : ids.length}
                  </span>
                </legend>
                {ids.map((id) => (
                  <label key={id} className="column-choice">
                    <input
                      type="checkbox"
                      checked={isOn.has(id)}
                      onChange={() =>
                        set(isOn.has(id) ? chosen.filter((each) => each !== id) : [...chosen, id])
                      }
                    />
                    <span className="grow">{columnOf(id)?.name}</span>
                    {isOn.has(id) && (
                      <button
                        type="button"
                        className="plain"
                        aria-pressed={view.pinned.includes(id)}
                        aria-label={`Pin ${columnOf(id)?.name ?? id}`}
                        onClick={() => table.head.pin(id)}
                      >
                        <Icon name="pin" size={14} />
                      </button>
                    )}
                  </label>
                ))}
              </fieldset>
            ))}
            {all.length === 0 && <p className="muted small">No column is called like that.</p>}
          </div>
          <div className="line">
            <Button
              size="xs"
              variant="subtle"
              onClick={() => set([...new Set([...chosen, ...all])])}
            >
              Show these {all.length}
            </Button>
            <Button
              size="xs"
              variant="subtle"
              onClick={() => set(chosen.filter((id) => !all.includes(id)))}
            >
              Hide these
            </Button>
            <Button
              size="xs"
              variant="subtle"
              onClick={() => change({ columns: undefined, pinned: [], widths: {} })}
            >
              As usual
            </Button>
          </div>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
