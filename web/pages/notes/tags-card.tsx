import { ActionIcon, Button, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { Card } from '../../design/card.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { Icon } from '../../design/icons.tsx'
import { KeyValue } from '../../design/key-value.tsx'
import './notes.css'

interface TagsCardProps {
  readonly tags: Readonly<Record<string, string>>
  readonly mayWrite: boolean
  readonly busy: boolean
  /** Why the last tag was not set. */
  readonly error: Error | null
  /** Calls `done` once the tag is set. */
  readonly onSet: (name: string, value: string, done: () => void) => void
  readonly onTakeOff: (name: string) => void
}

/** A person's own tags, to add, change and take off; those that programs set stand behind. */
export function TagsCard(props: TagsCardProps): ReactNode {
  const { tags, mayWrite, onTakeOff } = props
  const [adding, setAdding] = useState(false)
  const all = Object.entries(tags).sort(([a], [b]) => a.localeCompare(b))
  const own = all.filter(([name]) => !isSet(name))
  const set = all.filter(([name]) => isSet(name))
  return (
    <Card
      title="Tags"
      aside={
        mayWrite &&
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
        <ul className="own-tags">
          {own.map(([name, value]) => (
            <li key={name} className="tag">
              <span>
                <strong>{name}</strong>
                {value === '' ? '' : `: ${value}`}
              </span>
              {mayWrite && (
                <ActionIcon
                  size="xs"
                  variant="subtle"
                  aria-label={`Take off ${name}`}
                  onClick={() => onTakeOff(name)}
                >
                  <Icon name="bad" size={11} />
                </ActionIcon>
              )}
            </li>
          ))}
        </ul>
        {adding && <NewTag {...props} onClose={() => setAdding(false)} />}
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

type NewTagProps = Pick<TagsCardProps, 'busy' | 'error' | 'onSet'> & {
  readonly onClose: () => void
}

function NewTag({ busy, error, onSet, onClose }: NewTagProps): ReactNode {
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  return (
    <form
      className="stack tight"
      onSubmit={(event) => {
        event.preventDefault()
        onSet(name.trim(), value, onClose)
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
      {error !== null && <ErrorState error={error} />}
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
