import type { ReactNode } from 'react'
import { operations, type Model, type ModelVersion } from '#contract'
import { DescriptionCard } from '../../design/description-card.tsx'
import { TagsCard } from '../../design/tags-card.tsx'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'

const { models } = operations

const longest = 100_000
const kept = { done: 'The description is kept' }

export function ModelDescription({ model: { name, description } }: { model: Model }): ReactNode {
  const save = useAct(models.describe, kept)
  return (
    <DescriptionCard
      written={description}
      may={useMay('models:write')}
      longest={longest}
      busy={save.isPending}
      onKeep={(text, done) => save.mutate({ name, description: text }, { onSuccess: done })}
    />
  )
}

export function ModelTags({ model: { name, tags } }: { model: Model }): ReactNode {
  const add = useAct(models.tag, { quiet: true })
  const untag = useAct(models.untag)
  return (
    <TagsCard
      tags={tags}
      may={useMay('models:write')}
      longest={longest}
      onAdd={(key, value) => add.mutateAsync({ name, key, value })}
      onRemove={(key) => untag.mutate({ name, key })}
    />
  )
}

export function VersionDescription({ version: of }: { version: ModelVersion }): ReactNode {
  const { model: name, version, description } = of
  const save = useAct(models.describeVersion, kept)
  return (
    <DescriptionCard
      written={description}
      may={useMay('models:write')}
      longest={longest}
      busy={save.isPending}
      onKeep={(text, done) =>
        save.mutate({ name, version, description: text }, { onSuccess: done })
      }
    />
  )
}

export function VersionTags({ version: of }: { version: ModelVersion }): ReactNode {
  const { model: name, version, tags } = of
  const add = useAct(models.tagVersion, { quiet: true })
  const untag = useAct(models.untagVersion)
  return (
    <TagsCard
      tags={tags}
      may={useMay('models:write')}
      longest={longest}
      onAdd={(key, value) => add.mutateAsync({ name, version, key, value })}
      onRemove={(key) => untag.mutate({ name, version, key })}
    />
  )
}
