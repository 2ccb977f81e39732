import { ActionIcon, Button, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { Card } from './card.tsx'
import { ErrorState } from './error-state.tsx'
import { Icon } from './icons.tsx'
import { KeyValue } from './key-value.tsx'

interface TagsCardProps {
  readonly tags: Readonly<Record<string, string>>
  readonly may: boolean
  readonly longest: number
  readonly onAdd: (name: string, value: string) => Promise<unknown>
  readonly onRemove: (name: string) => void
}

/** A person's own tags, to add, change and take off; those that programs set stand behind. */
export function TagsCard({ tags, may, longest, onAdd, onRemove }: TagsCardProps): ReactNode {
  const [adding, setAdding] = useState(false)
  const all = Object.entries(tags).sort(([a], [b]) => a.localeCompare(b))
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
        <ul className="tag-list">
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
                  onClick={() => onRemove(name)}
                >
                  <Icon name="bad" size={11} />
                </ActionIcon>
              )}
            </li>
          ))}
        </ul>
        {adding && <NewTag longest={longest} onAdd={onAdd} onClose={() => setAdding(false)} />}
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

type NewTagProps = Pick<TagsCardProps, 'longest' | 'onAdd'> & { readonly onClose: () => void }

function NewTag({ longest, onAdd, onClose }: NewTagProps): ReactNode {
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  return (
    <form
      className="stack tight"
      onSubmit={(event) => {
        event.preventDefault()
        setBusy(true)
        onAdd(name.trim(), value)
          .then(onClose, setError)
          .finally(() => setBusy(false))
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
          maxLength={longest}
          className="grow"
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
      </div>
      {error !== undefined && <ErrorState error={error} />}
      <div className="line">
        <Button size="xs" type="submit" loading={busy} disabled={name.trim() === ''}>
          Keep
        </Button>
        <Button size="xs" variant="default" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  )
}
