import { Button, Textarea } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type ModelVersion } from '#contract'
import { Card } from '../../design/card.tsx'
import { Icon } from '../../design/icons.tsx'
import { Markdown } from '../../design/markdown.tsx'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'
import { CardHistory } from './card-history.tsx'

/** The model card: shown as a page, edited as Markdown. */
export function CardEditor({ version }: { version: ModelVersion }): ReactNode {
  const [text, setText] = useState<string>()
  const may = useMay('models:write')
  const save = useAct(operations.models.card, {
    done: 'The card is kept',
    onDone: () => setText(undefined),
  })
  if (text === undefined) {
    return (
      <Card
        title="Model card"
        aside={
          <>
            <CardHistory version={version} />
            {may && (
              <Button
                size="xs"
                variant="subtle"
                leftSection={<Icon name="edit" size={14} />}
                onClick={() => setText(version.card)}
              >
                Edit
              </Button>
            )}
          </>
        }
      >
        {version.card.trim() === '' ? (
          <p className="muted">Nothing is written yet.</p>
        ) : (
          <Markdown text={version.card} />
        )}
      </Card>
    )
  }
  return (
    <Card title="Model card">
      <div className="stack">
        <Textarea
          aria-label="Markdown of the card"
          autosize
          minRows={14}
          maxRows={40}
          styles={{ input: { fontFamily: 'var(--mono)' } }}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className="line">
          <Button
            loading={save.isPending}
            onClick={() =>
              save.mutate({ name: version.model, version: version.version, card: text })
            }
          >
            Keep
          </Button>
          <Button variant="default" onClick={() => setText(undefined)}>
            Cancel
          </Button>
        </div>
      </div>
    </Card>
  )
}
