import { Button, Textarea } from '@mantine/core'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { Card } from './card.tsx'
import { Icon } from './icons.tsx'
import { Skeleton } from './skeleton.tsx'

const Markdown = lazy(async () => ({
  default: (await import('./markdown.tsx')).Markdown,
}))

interface DescriptionCardProps {
  readonly written: string
  readonly may: boolean
  readonly longest: number
  readonly busy: boolean
  /** Calls `done` once it is kept. */
  readonly onKeep: (text: string, done: () => void) => void
}

/** What people write about something, as Markdown. */
export function DescriptionCard(props: DescriptionCardProps): ReactNode {
  const { written, may, longest, busy, onKeep } = props
  const [text, setText] = useState<string>()
  if (text !== undefined) {
    return (
      <Card title="Description">
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault()
            onKeep(text, () => setText(undefined))
          }}
        >
          <Textarea
            aria-label="Description in Markdown"
            autosize
            minRows={5}
            maxRows={30}
            maxLength={longest}
            data-autofocus
            styles={{ input: { fontFamily: 'var(--mono)' } }}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <div className="line">
            <Button type="submit" loading={busy}>
              Keep
            </Button>
            <Button variant="default" onClick={() => setText(undefined)}>
              Cancel
            </Button>
          </div>
        </form>
      </Card>
    )
  }
  if (written.trim() === '' && !may) return null
  return (
    <Card
      title="Description"
      aside={
        may && (
          <Button
            size="xs"
            variant="subtle"
            leftSection={<Icon name="edit" size={14} />}
            onClick={() => setText(written)}
          >
            {written.trim() === '' ? 'Write one' : 'Edit'}
          </Button>
        )
      }
    >
      {written.trim() === '' ? (
        <p className="muted small">Nothing is written yet.</p>
      ) : (
        <Suspense fallback={<Skeleton lines={2} />}>
          <Markdown text={written} />
        </Suspense>
      )}
    </Card>
  )
}
