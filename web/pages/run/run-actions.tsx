import { ActionIcon, Menu } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Run, type RunAbout } from '#contract'
import { Confirm } from '../../design/confirm.tsx'
import { Icon } from '../../design/icons.tsx'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'
import { RegisterRun } from './register-run.tsx'
import { RenameRun } from './rename-run.tsx'
import { RerunRun } from './rerun-run.tsx'

/** What can be done with a run. What makes something of it stands in sight, the rest in a menu. */
export function RunActions({ run, about }: RunActionsProps): ReactNode {
  const [open, setOpen] = useState<'rename' | 'remove'>()
  const may = useMay('tracking:write')
  const close = () => setOpen(undefined)
  const remove = useAct(operations.runs.remove, {
    done: `${run.name} is removed; its page brings it back`,
    onDone: close,
  })
  const restore = useAct(operations.runs.restore, { done: `${run.name} is back` })
  const removed = run.removedAt !== undefined
  return (
    <>
      {!removed && <RerunRun run={run} />}
      {about !== undefined && !removed && <RegisterRun run={run} about={about} />}
      {may && (
        <Menu position="bottom-end" width={200}>
          <Menu.Target>
            <ActionIcon variant="default" size={36} aria-label="More actions">
              <Icon name="more" />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {removed ? (
              <Menu.Item
                leftSection={<Icon name="undo" size={15} />}
                onClick={() => restore.mutate({ run: run.id })}
              >
                Restore
              </Menu.Item>
            ) : (
              <>
                <Menu.Item
                  leftSection={<Icon name="edit" size={15} />}
                  onClick={() => setOpen('rename')}
                >
                  Rename
                </Menu.Item>
                <Menu.Item
                  leftSection={<Icon name="trash" size={15} />}
                  onClick={() => setOpen('remove')}
                >
                  Remove
                </Menu.Item>
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
      {open === 'rename' && <RenameRun run={run} onClose={close} />}
      <Confirm
        open={open === 'remove'}
        title={`Remove ${run.name}?`}
        verb="Remove"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate({ run: run.id })}
        onClose={close}
      >
        <p>It is hidden from lists and searches. Its files stay, and this page brings it back.</p>
      </Confirm>
    </>
  )
}

interface RunActionsProps {
  readonly run: Run
  readonly about: RunAbout | undefined
}
