import type { ReactNode } from 'react'
import { operations, type LabelQueue } from '#contract'
import { Link } from '../../design/link.tsx'
import { Meter } from '../../design/meter.tsx'
import { Page } from '../../design/page.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart, useSearchState } from '../../app/search-state.ts'
import { EndpointLink } from '../endpoints/endpoint-link.tsx'
import { CommitLabels } from './commit-labels.tsx'
import { TaskDesk } from './task-desk.tsx'
import './labeling.css'

/** One queue: a task at a time, by keyboard. */
export function QueuePage(): ReactNode {
  const name = usePathPart('name')
  const [search, setSearch] = useSearchState()
  const read = useRead(operations.labels.queue, { name })
  const queue = read.data?.queue
  return (
    <Page
      title={name}
      crumbs={[{ name: 'Labelling', href: paths.labeling }]}
      intro={
        queue && (
          <>
            About answers of <EndpointLink name={queue.endpoint} />; labels go to{' '}
            <Link href={paths.dataset(queue.dataset)}>{queue.dataset}</Link>.
          </>
        )
      }
      actions={queue && <CommitLabels queue={queue} />}
    >
      <Read of={read}>
        {({ queue }) => (
          <>
            <Progress queue={queue} />
            {queue.annotators === 1 && queue.disputed === 0 ? (
              <TaskDesk queue={queue} state="waiting" />
            ) : (
              <Tabs
                label="Tasks"
                selected={search.tasks}
                onSelect={(tasks) => setSearch({ tasks })}
                tabs={(['waiting', 'disputed'] as const).map((state) => ({
                  id: state,
                  name: state === 'waiting' ? 'Waiting' : 'Disputed',
                  count: queue[state],
                  render: () => <TaskDesk key={state} queue={queue} state={state} />,
                }))}
              />
            )}
          </>
        )}
      </Read>
    </Page>
  )
}

function Progress({ queue }: { queue: LabelQueue }): ReactNode {
  const { waiting, labelled, disputed } = queue
  const total = waiting + labelled + disputed
  return (
    <div className="queue-progress">
      <Meter share={total === 0 ? 0 : labelled / total} label="Labelled" />
      <span className="small muted">
        {labelled} labelled, {waiting} waiting
        {disputed > 0 && `, ${disputed} disputed`}
      </span>
    </div>
  )
}
