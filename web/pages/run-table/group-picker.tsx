import { Button, Menu } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { Icon } from '../../design/icons.tsx'
import { columnOf } from './columns.ts'
import type { RunTable } from './use-run-table.ts'

const most = 30

const kindOf = (id: string): string =>
  id.startsWith('params.') ? 'param' : id.startsWith('tags.') ? 'tag' : 'run'

/** What runs are grouped by: up to three params, tags or facts. */
export function GroupPicker({ table }: { table: RunTable }): ReactNode {
  const { view, change, keys } = table
  const [text, setText] = useState('')
  const part = text.toLowerCase()
  const choices = [
    ...['dataset', 'status', 'user'],
    ...keys.params.map((key) => `params.${key}`),
    ...keys.tags.map((key) => `tags.${key}`),
  ].filter((id) => !view.group.includes(id) && id.toLowerCase().includes(part))
  const nameOf = (id: string) => columnOf(id)?.name ?? id
  return (
    <>
      {view.group.map((id) => (
        <span key={id} className="tag sand">
          {nameOf(id)}
          <button
            type="button"
            className="plain"
            aria-label={`Do not group by ${nameOf(id)}`}
            onClick={() => change({ group: view.group.filter((each) => each !== id) })}
          >
            <Icon name="bad" size={11} />
          </button>
        </span>
      ))}
      <Menu position="bottom-end" width={280}>
        <Menu.Target>
          <Button
            size="xs"
            variant="default"
            disabled={view.group.length >= 3}
            leftSection={<Icon name="lineage" size={15} />}
          >
            {view.group.length === 0 ? 'Group' : 'Then by'}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <input
            className="menu-search"
            aria-label="Find what to group by"
            placeholder="Find a parameter or tag"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'ArrowDown' && event.key !== 'Escape') event.stopPropagation()
            }}
          />
          {choices.slice(0, most).map((id) => (
            <Menu.Item
              key={id}
              onClick={() => {
                setText('')
                change({ group: [...view.group, id] })
              }}
              rightSection={<small className="muted">{kindOf(id)}</small>}
            >
              {nameOf(id)}
            </Menu.Item>
          ))}
          {choices.length > most && (
            <Menu.Label>{choices.length - most} more: write a part of the name</Menu.Label>
          )}
        </Menu.Dropdown>
      </Menu>
    </>
  )
}
