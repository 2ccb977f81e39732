import type { ReactNode } from 'react'
import { operations, type Experiment } from '#contract'
import { Card } from '../../design/card.tsx'
import { CopyButton } from '../../design/copy-button.tsx'
import { DescriptionCard } from '../../design/description-card.tsx'
import { formatCount, formatTime } from '../../design/format.ts'
import { KeyValue } from '../../design/key-value.tsx'
import { plainText } from '../../design/plain-text.ts'
import { TagsCard } from '../../design/tags-card.tsx'
import { useAct } from '../../app/api.tsx'
import { noteTag } from '../../app/note-tag.ts'
import { useMay } from '../../app/session.ts'

/** As long as MLflow lets a tag of an experiment be. */
const longest = 5000

/** What people write about an experiment, its tags, and what is known of it. */
export function ExperimentAbout({ experiment }: { experiment: Experiment }): ReactNode {
  const { id, tags, runs, createdAt, lastRunAt, artifactRoot } = experiment
  const may = useMay('tracking:write')
  const describe = useAct(operations.experiments.tag, { done: 'The description is kept' })
  const add = useAct(operations.experiments.tag, { quiet: true })
  const takeOff = useAct(operations.experiments.tag)
  return (
    <div className="two-thirds">
      <DescriptionCard
        written={tags[noteTag] ?? ''}
        busy={describe.isPending}
        onKeep={(text, done) =>
          describe.mutate(
            { experiment: id, tags: { [noteTag]: text.trim() === '' ? null : text } },
            { onSuccess: done },
          )
        }
        {...{ may, longest }}
      />
      <div className="stack">
        <Card title="Facts">
          <KeyValue
            facts={[
              ['Runs', formatCount(runs)],
              ['Made', formatTime(createdAt)],
              lastRunAt !== undefined && ['Last run', formatTime(lastRunAt)],
              [
                'Identifier',
                <span key="id" className="digest">
                  <code className="wrap-anywhere">{id}</code>
                  <CopyButton text={id} what="Copy the identifier" />
                </span>,
              ],
              [
                'Artifact location',
                <code key="files" className="wrap-anywhere">
                  {artifactRoot ?? `mlflow-artifacts:/${id}`}
                </code>,
              ],
            ]}
          />
        </Card>
        <TagsCard
          onAdd={(name, value) => add.mutateAsync({ experiment: id, tags: { [name]: value } })}
          onRemove={(name) => takeOff.mutate({ experiment: id, tags: { [name]: null } })}
          {...{ tags, may, longest }}
        />
      </div>
    </div>
  )
}

/** The first line of what is written, to stand under a title. */
export function firstLine(text: string | undefined): string | undefined {
  const line = text?.split('\n').find((each) => each.trim() !== '')
  return (line && plainText(line)) || undefined
}
