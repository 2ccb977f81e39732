import { Button, Popover, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { Icon } from '../../design/icons.tsx'
import type { RunColumn } from './run-columns.ts'

interface ColumnChooserProps {
  readonly columns: readonly RunColumn[]
  readonly hidden: ReadonlySet<string>
  readonly pinned: ReadonlySet<string>
  readonly onHide: (ids: readonly string[]) => void
  readonly onPin: (ids: readonly string[]) => void
}

/** Which columns stand in the table, and which of them first. */
export function ColumnChooser(props: ColumnChooserProps): ReactNode {
  const { columns, hidden, pinned, onHide, onPin } = props
  const [text, setText] = useState('')
  const found = columns.filter((each) => each.id.toLowerCase().includes(text.toLowerCase()))
  return (
    <Popover position="bottom-end" width={320} trapFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<Icon name="columns" size={15} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className="stack">
          <TextInput
            size="xs"
            aria-label="Find a column"
            placeholder="Find a column"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <ul className="plain-list column-list">
            {found.map((each) => (
              <li key={each.id} className="line spread">
                <label>
                  <input
                    type="checkbox"
                    checked={!hidden.has(each.id)}
                    onChange={() => onHide([...toggled(hidden, each.id)])}
                  />{' '}
                  {each.name}{' '}
                  <span className="muted small">
                    {each.kind}
                    {each.varies ? '' : ', the same in all'}
                  </span>
                </label>
                <button
                  type="button"
                  className="plain"
                  aria-pressed={pinned.has(each.id)}
                  aria-label={`Pin ${each.name}`}
                  onClick={() => onPin([...toggled(pinned, each.id)])}
                >
                  <Icon name="pin" size={15} />
                </button>
              </li>
            ))}
          </ul>
          <div className="line">
            <Button size="xs" variant="subtle" onClick={() => onHide([])}>
              Show all
            </Button>
            <Button
              size="xs"
              variant="subtle"
              onClick={() => onHide(columns.filter((each) => !each.varies).map((each) => each.id))}
            >
              Only what differs
            </Button>
          </div>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return next
}
