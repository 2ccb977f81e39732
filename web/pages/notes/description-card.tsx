import { Button, Textarea } from '@mantine/core'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { Card } from '../../design/card.tsx'
import { Icon } from '../../design/icons.tsx'
import { Skeleton } from '../../design/skeleton.tsx'

const Markdown = lazy(async () => ({
  default: (await import('../../design/markdown.tsx')).Markdown,
}))

/** Where MLflow's clients keep what people write about a run or an experiment. */
export const noteTag = 'mlflow.note.content'

interface DescriptionCardProps {
  readonly written: string
  readonly mayWrite: boolean
  readonly longest: number
  readonly busy: boolean
  /** Calls `done` once the text is kept. */
  readonly onKeep: (text: string, done: () => void) => void
}

/** What people write about something, as Markdown. */
export function DescriptionCard(props: DescriptionCardProps): ReactNode {
  const { written, mayWrite, longest, busy, onKeep } = props
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
  if (written.trim() === '' && !mayWrite) return null
  return (
    <Card
      title="Description"
      aside={
        mayWrite && (
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
