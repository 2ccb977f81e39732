import type { ReactNode } from 'react'
import { operations } from '#contract'
import { EmptyState } from '../../design/empty-state.tsx'
import { Page } from '../../design/page.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { useSearchState } from '../../app/search-state.ts'
import './pipeline.css'
import { AttributionTab } from './attribution-tab.tsx'
import { DataTab } from './data-tab.tsx'
import { ExperimentsTab } from './experiments-tab.tsx'
import { GraphTab } from './graph-tab.tsx'
import { StorageTab } from './storage-tab.tsx'

/** The pipeline: its stages, experiments, data versions, storage, and why results differ. */
export function PipelinePage(): ReactNode {
  const read = useRead(operations.pipelines.graph, {})
  const [search, change] = useSearchState()
  return (
    <Page
      title="Pipeline"
      intro="A stage runs again when what it depends on has changed: data, code or parameters."
    >
      <Read of={read} lines={8}>
        {({ stages }) =>
          stages.length === 0 ? (
            <EmptyState
              icon="pipeline"
              title="There is no pipeline here"
              command="tidemill init --template diabetes my-project"
            >
              A pipeline is a dvc.yaml beside tidemill.yaml. Write one, or begin from a template.
            </EmptyState>
          ) : (
            <Tabs
              label="Parts of the pipeline"
              selected={search.tab}
              onSelect={(tab) => change({ tab: tab === 'graph' ? undefined : tab })}
              tabs={[
                {
                  id: 'graph',
                  name: 'Graph',
                  count: stages.length,
                  render: () => <GraphTab stages={stages} />,
                },
                { id: 'experiments', name: 'Experiments', render: () => <ExperimentsTab /> },
                { id: 'attribution', name: 'Why it changed', render: () => <AttributionTab /> },
                { id: 'data', name: 'Data versions', render: () => <DataTab /> },
                { id: 'storage', name: 'Cache and remotes', render: () => <StorageTab /> },
              ]}
            />
          )
        }
      </Read>
    </Page>
  )
}
