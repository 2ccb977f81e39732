import { Button, Menu } from '@mantine/core'
import type { ReactNode } from 'react'
import { Icon } from '../../design/icons.tsx'
import { spans, type Span } from './started-since.ts'

interface SincePickerProps {
  readonly since: Span | undefined
  readonly onSince: (since: Span | undefined) => void
}

/** Of which time the runs are that the table shows, by their start. */
export function SincePicker({ since, onSince }: SincePickerProps): ReactNode {
  const choices = [{ id: undefined, name: 'Any time' }, ...spans]
  const chosen = choices.find(({ id }) => id === since)?.name
  return (
    <Menu position="bottom-end" width={180}>
      <Menu.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<Icon name="jobs" size={15} />}
          aria-label={`Started: ${chosen}`}
        >
          {chosen}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Started</Menu.Label>
        {choices.map(({ id, name }) => (
          <Menu.Item
            key={name}
            leftSection={id === since ? <Icon name="good" size={13} /> : null}
            onClick={() => onSince(id)}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
