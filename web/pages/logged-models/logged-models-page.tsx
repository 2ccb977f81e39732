import { NativeSelect } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations } from '#contract'
import { Page } from '../../design/page.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { useSearchState } from '../../app/search-state.ts'
import { LoggedModelList } from './logged-model-list.tsx'

/** Models as training left them, with what was measured on each. */
export function LoggedModelsPage(): ReactNode {
  const [search, change] = useSearchState()
  const experiments = useRead(operations.runs.experiments, {})
  const names = (experiments.data?.experiments ?? []).map((each) => each.name)
  return (
    <Page
      title="Logged models"
      crumbs={[{ name: 'Models', href: paths.models }]}
      intro="Models as training left them, before anyone registers one."
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
      <LoggedModelList experiment={search.experiment} filter={search.filter} />
    </Page>
  )
}
