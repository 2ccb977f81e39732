import { NativeSelect } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations } from '#contract'
import { Page } from '../../design/page.tsx'
import { useRead } from '../../app/api.tsx'
import { useSearchState } from '../../app/search-state.ts'
import { TraceList } from './trace-list.tsx'

/** What applications did for their requests. */
export function TracesPage(): ReactNode {
  const [search, change] = useSearchState()
  const read = useRead(operations.runs.experiments, {})
  const names = (read.data?.experiments ?? []).map((each) => each.name)
  return (
    <Page
      title="Traces"
      intro="What applications did for each request: every step with its time, inputs and answer."
      actions={
        names.length > 0 && (
          <NativeSelect
            aria-label="Experiment"
            data={[{ value: '', label: 'All experiments' }, ...names]}
            value={search.experiment ?? ''}
            onChange={(event) => change({ experiment: event.currentTarget.value })}
          />
        )
      }
    >
      <TraceList experiment={search.experiment} />
    </Page>
  )
}
