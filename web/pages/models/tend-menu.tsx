import { ActionIcon, Menu } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { Icon } from '../../design/icons.tsx'
import { useMay } from '../../app/session.ts'
import { RemoveModel, RemoveVersion } from './remove-model.tsx'
import { RenameModel } from './rename-model.tsx'

interface TendMenuProps {
  readonly model: string
  /** Absent where the menu is of the whole model. */
  readonly version?: number
}

/** What is seldom done with a model or a version. */
export function TendMenu({ model, version }: TendMenuProps): ReactNode {
  const [open, setOpen] = useState<'rename' | 'remove'>()
  const may = useMay('models:write')
  const close = () => setOpen(undefined)
  if (!may) return null
  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label="More actions">
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {version === undefined && (
            <Menu.Item
              leftSection={<Icon name="edit" size={15} />}
              onClick={() => setOpen('rename')}
            >
              Rename …
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<Icon name="trash" size={15} />}
            onClick={() => setOpen('remove')}
          >
            Remove …
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open === 'rename' && <RenameModel name={model} onClose={close} />}
      {open === 'remove' &&
        (version === undefined ? (
          <RemoveModel name={model} onClose={close} />
        ) : (
          <RemoveVersion name={model} version={version} onClose={close} />
        ))}
    </>
  )
}
