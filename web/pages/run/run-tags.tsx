import type { ReactNode } from 'react'
import { operations, type Run } from '#contract'
import { TagsCard } from '../../design/tags-card.tsx'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'

export function RunTags({ run }: { run: Run }): ReactNode {
  const may = useMay('tracking:write') && run.removedAt === undefined
  const add = useAct(operations.runs.log, { quiet: true })
  const untag = useAct(operations.runs.untag)
  return (
    <TagsCard
      tags={run.tags}
      may={may}
      longest={8000}
      onAdd={(name, value) => add.mutateAsync({ run: run.id, tags: { [name]: value } })}
      onRemove={(key) => untag.mutate({ run: run.id, key })}
    />
  )
}
