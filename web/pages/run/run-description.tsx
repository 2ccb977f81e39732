import type { ReactNode } from 'react'
import { operations, type Run } from '#contract'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'
import { DescriptionCard, noteTag } from '../notes/description-card.tsx'

/** What people write about a run. */
export function RunDescription({ run }: { run: Run }): ReactNode {
  const mayWrite = useMay('tracking:write') && run.removedAt === undefined
  const save = useAct(operations.runs.log, { done: 'The description is kept' })
  return (
    <DescriptionCard
      written={run.tags[noteTag] ?? ''}
      mayWrite={mayWrite}
      longest={8000}
      busy={save.isPending}
      onKeep={(text, done) =>
        save.mutate({ run: run.id, tags: { [noteTag]: text } }, { onSuccess: done })
      }
    />
  )
}
