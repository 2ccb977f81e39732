import { NativeSelect } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations } from '#contract'
import { Page } from '../../design/page.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { useSearchState } from '../../app/search-state.ts'
import { EvaluationDatasetList } from './evaluation-dataset-list.tsx'

/** What versions of applications are judged by, of all experiments. */
export function EvaluationDatasetsPage(): ReactNode {
  const [search, change] = useSearchState()
  const read = useRead(operations.runs.experiments, {})
  const known = read.data?.experiments ?? []
  return (
    <Page
      title="Evaluation data sets"
      crumbs={[{ name: 'Runs', href: paths.runs }]}
      intro="Questions with what a good answer holds, by which versions of an application are judged."
      actions={
        known.length > 0 && (
          <NativeSelect
            aria-label="Experiment"
            data={[{ value: '', label: 'All experiments' }, ...known.map((each) => each.name)]}
            value={search.experiment ?? ''}
            onChange={(event) => change({ experiment: event.currentTarget.value })}
          />
        )
      }
    >
      <EvaluationDatasetList
        key={search.experiment ?? ''}
        experiment={known.find((each) => each.name === search.experiment)}
      />
    </Page>
  )
}
