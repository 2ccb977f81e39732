import { ActionIcon, Button, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Run } from '#contract'
import { Card } from '../../design/card.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { Icon } from '../../design/icons.tsx'
import { KeyValue } from '../../design/key-value.tsx'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'

/** A person's own tags, to add, change and take off; those that programs set stand behind. */
export function RunTags({ run }: { run: Run }): ReactNode {
  const [adding, setAdding] = useState(false)
  const may = useMay('tracking:write') && run.removedAt === undefined
  const untag = useAct(operations.runs.untag)
  const all = Object.entries(run.tags).sort(([a], [b]) => a.localeCompare(b))
  const own = all.filter(([name]) => !isSet(name))
  const set = all.filter(([name]) => isSet(name))
  return (
    <Card
      title="Tags"
      aside={
        may &&
        !adding && (
          <Button
            size="xs"
            variant="subtle"
            leftSection={<Icon name="plus" size={14} />}
            onClick={() => setAdding(true)}
          >
            Add
          </Button>
        )
      }
    >
      <div className="stack">
        {own.length === 0 && !adding && <p className="muted small">None.</p>}
        <ul className="run-tags">
          {own.map(([name, value]) => (
            <li key={name} className="tag">
              <span>
                <strong>{name}</strong>
                {value === '' ? '' : `: ${value}`}
              </span>
              {may && (
                <ActionIcon
                  size="xs"
                  variant="subtle"
                  aria-label={`Take off ${name}`}
                  onClick={() => untag.mutate({ run: run.id, key: name })}
                >
                  <Icon name="bad" size={11} />
                </ActionIcon>
              )}
            </li>
          ))}
        </ul>
        {adding && <NewTag run={run.id} onClose={() => setAdding(false)} />}
        {set.length > 0 && (
          <details className="small">
            <summary>{set.length} set by programs</summary>
            <KeyValue facts={set} />
          </details>
        )}
      </div>
    </Card>
  )
}

function isSet(name: string): boolean {
  return /^(?:mlflow|tidemill)\./.test(name)
}

function NewTag({ run, onClose }: { run: string; onClose: () => void }): ReactNode {
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const add = useAct(operations.runs.log, { quiet: true, onDone: onClose })
  return (
    <form
      className="stack tight"
      onSubmit={(event) => {
        event.preventDefault()
        add.mutate({ run, tags: { [name.trim()]: value } })
      }}
    >
      <div className="line end">
        <TextInput
          size="xs"
          label="Name"
          required
          autoFocus
          maxLength={250}
          className="grow"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          label="Value"
          maxLength={8000}
          className="grow"
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
      </div>
      {add.isError && <ErrorState error={add.error} />}
      <div className="line">
        <Button size="xs" type="submit" loading={add.isPending} disabled={name.trim() === ''}>
          Keep
        </Button>
        <Button size="xs" variant="default" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
