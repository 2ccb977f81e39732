import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type LabelQueue } from '#contract'
import { Confirm } from '../../design/confirm.tsx'
import { plural } from '../../design/format.ts'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'

/** Brings the decided rows into the dataset as a new version, after asking. */
export function CommitLabels({ queue }: { queue: LabelQueue }): ReactNode {
  const [asking, setAsking] = useState(false)
  const may = useMay('labels:manage')
  const commit = useAct(operations.labels.commit, {
    done: ({ version, rows }) =>
      version === undefined
        ? 'There was nothing to commit'
        : `${plural(rows, 'row')} are in version ${version.version} of ${version.dataset}`,
    onDone: () => setAsking(false),
  })
  if (!may) return null
  return (
    <>
      <Button disabled={queue.uncommitted === 0} onClick={() => setAsking(true)}>
        Commit {plural(queue.uncommitted, 'label')}
      </Button>
      <Confirm
        open={asking}
        title="Commit the labels?"
        verb="Make the version"
        busy={commit.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => commit.mutate({ name: queue.name })}
      >
        <p>
          {plural(queue.uncommitted, 'labelled row')} become a new version of {queue.dataset}. A
          policy may then find that retraining is due.
        </p>
      </Confirm>
    </>
  )
}
