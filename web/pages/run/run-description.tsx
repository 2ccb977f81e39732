import type { ReactNode } from 'react'
import { operations, type Run } from '#contract'
import { DescriptionCard } from '../../design/description-card.tsx'
import { useAct } from '../../app/api.tsx'
import { noteTag } from '../../app/note-tag.ts'
import { useMay } from '../../app/session.ts'

/** What people write about a run. */
export function RunDescription({ run }: { run: Run }): ReactNode {
  const may = useMay('tracking:write') && run.removedAt === undefined
  const save = useAct(operations.runs.log, { done: 'The description is kept' })
  return (
    <DescriptionCard
      written={run.tags[noteTag] ?? ''}
      may={may}
      longest={8000}
      busy={save.isPending}
      onKeep={(text, done) =>
        save.mutate({ run: run.id, tags: { [noteTag]: text } }, { onSuccess: done })
      }
    />
  )
}
