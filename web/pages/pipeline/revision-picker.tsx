import { Autocomplete } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations } from '#contract'
import { useRead } from '../../app/api.tsx'

interface RevisionPickerProps {
  readonly label: string
  readonly value: string
  readonly onChange: (name: string) => void
  readonly description?: string
}

const kinds = {
  workspace: 'Work tree',
  branch: 'Branches',
  tag: 'Tags',
  experiment: 'Experiments',
  commit: 'Commits',
} as const

/** A revision by its name, chosen from a list or typed: what Git understands is understood. */
export function RevisionPicker(props: RevisionPickerProps): ReactNode {
  const { label, value, onChange, description } = props
  const { data } = useRead(operations.pipelines.revisions, {})
  const seen = new Set<string>()
  const groups = Object.entries(kinds).map(([kind, group]) => ({
    group,
    items: (data?.revisions ?? []).flatMap((each) => {
      if (each.kind !== kind || seen.has(each.name)) return []
      seen.add(each.name)
      return [each.name]
    }),
  }))
  const subjects = new Map(data?.revisions.map((each) => [each.name, each.subject]))
  return (
    <Autocomplete
      label={label}
      value={value}
      onChange={onChange}
      data={groups}
      maxDropdownHeight={320}
      renderOption={({ option }) => (
        <span className="revision-option">
          <span>{option.value}</span>
          <span className="muted small">{subjects.get(option.value)}</span>
        </span>
      )}
      {...(description === undefined ? {} : { description })}
    />
  )
}
