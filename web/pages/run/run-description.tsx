import { Button, Textarea } from '@mantine/core'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { operations, type Run } from '#contract'
import { Card } from '../../design/card.tsx'
import { Icon } from '../../design/icons.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'

const Markdown = lazy(async () => ({
  default: (await import('../../design/markdown.tsx')).Markdown,
}))

/** Where MLflow's clients keep what people write about a run. */
const noteTag = 'mlflow.note.content'

/** What people write about a run, as Markdown. */
export function RunDescription({ run }: { run: Run }): ReactNode {
  const [text, setText] = useState<string>()
  const may = useMay('tracking:write') && run.removedAt === undefined
  const save = useAct(operations.runs.log, {
    done: 'The description is kept',
    onDone: () => setText(undefined),
  })
  const written = run.tags[noteTag] ?? ''
  if (text !== undefined) {
    return (
      <Card title="Description">
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault()
            save.mutate({ run: run.id, tags: { [noteTag]: text } })
          }}
        >
          <Textarea
            aria-label="Description in Markdown"
            autosize
            minRows={5}
            maxRows={30}
            maxLength={8000}
            data-autofocus
            styles={{ input: { fontFamily: 'var(--mono)' } }}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <div className="line">
            <Button type="submit" loading={save.isPending}>
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
