import type { ReactNode } from 'react'
import { operations, type Run } from '#contract'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'
import { TagsCard } from '../notes/tags-card.tsx'

export function RunTags({ run }: { run: Run }): ReactNode {
  const mayWrite = useMay('tracking:write') && run.removedAt === undefined
  const add = useAct(operations.runs.log, { quiet: true })
  const untag = useAct(operations.runs.untag)
  return (
    <TagsCard
      tags={run.tags}
      mayWrite={mayWrite}
      busy={add.isPending}
      error={add.error}
      onSet={(name, value, done) =>
        add.mutate({ run: run.id, tags: { [name]: value } }, { onSuccess: done })
      }
      onTakeOff={(key) => untag.mutate({ run: run.id, key })}
    />
  )
}
