import type { ReactNode } from 'react'
import { operations, type Experiment } from '#contract'
import { Card } from '../../design/card.tsx'
import { DigestText } from '../../design/digest.tsx'
import { formatCount, formatTime } from '../../design/format.ts'
import { KeyValue } from '../../design/key-value.tsx'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'
import { DescriptionCard, noteTag } from '../notes/description-card.tsx'
import { TagsCard } from '../notes/tags-card.tsx'

/** As long as MLflow lets a tag of an experiment be. */
const longest = 5000

/** What people write about an experiment, its tags, and what is known of it. */
export function ExperimentAbout({ experiment }: { experiment: Experiment }): ReactNode {
  const { id, tags, runs, createdAt, lastRunAt } = experiment
  const mayWrite = useMay('tracking:write')
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
        {...{ mayWrite, longest }}
      />
      <div className="stack">
        <Card title="Facts">
          <KeyValue
            facts={[
              ['Runs', formatCount(runs)],
              ['Made', formatTime(createdAt)],
              lastRunAt !== undefined && ['Last run', formatTime(lastRunAt)],
              ['Identifier', <DigestText key="id" digest={id} />],
            ]}
          />
        </Card>
        <TagsCard
          busy={add.isPending}
          error={add.error}
          onSet={(name, value, done) =>
            add.mutate({ experiment: id, tags: { [name]: value } }, { onSuccess: done })
          }
          onTakeOff={(name) => takeOff.mutate({ experiment: id, tags: { [name]: null } })}
          {...{ tags, mayWrite }}
        />
      </div>
    </div>
  )
}

/** The first line of what is written, without the marks of Markdown, to stand under a title. */
export function firstLine(text: string | undefined): string | undefined {
  const line = text?.split('\n').find((each) => each.trim() !== '')
  return line?.replace(/^[#>\-*\s]+|[*_`]/g, '').trim() || undefined
}
