import type { ReactNode } from 'react'
import { operations, type AliasRequest } from '#contract'
import { Card } from '../../design/card.tsx'
import { Icon } from '../../design/icons.tsx'
import { Page } from '../../design/page.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart, useSearchState } from '../../app/search-state.ts'
import { AliasCards } from './alias-cards.tsx'
import { AliasHistory } from './alias-history.tsx'
import { CompareView } from './compare-view.tsx'
import { ConsumersView } from './consumers-view.tsx'
import { ModelDescription, ModelTags } from './model-about.tsx'
import { PolicyView } from './policy-view.tsx'
import { RequestCard, RequestList } from './request-list.tsx'
import { TendMenu } from './tend-menu.tsx'
import { VersionTable } from './version-table.tsx'
import './models.css'

/** A model: which version is what, who waits for whom, who relies on it, and what taking an alias asks. */
export function ModelPage(): ReactNode {
  const name = usePathPart('name')
  const read = useRead(operations.models.get, { name })
  const asked = useRead(operations.models.requests, { name })
  const relied = useRead(operations.models.consumers, { name })
  const [search, setSearch] = useSearchState()
  const requests = asked.data?.requests ?? []
  const compare = (from: number, to: number) =>
    setSearch({ tab: 'compare', from: String(from), to: String(to) })
  return (
    <Page
      title={name}
      crumbs={[{ name: 'Models', href: paths.models }]}
      actions={read.data && <TendMenu model={name} />}
    >
      <Read of={read} lines={10}>
        {({ model, fromFile, versions, history }) => (
          <>
            <AliasCards model={model} versions={versions} history={history} />
            <div className="two-thirds">
              <ModelDescription model={model} />
              <ModelTags model={model} />
            </div>
            <Waiting requests={requests.filter((each) => each.state === 'open')} />
            <Tabs
              label="Parts of the model"
              selected={search.tab}
              onSelect={(tab) => setSearch({ tab })}
              tabs={[
                {
                  id: 'versions',
                  name: 'Versions',
                  count: versions.length,
                  render: () => (
                    <VersionTable model={name} versions={versions} onCompare={compare} />
                  ),
                },
                {
                  id: 'history',
                  name: 'History',
                  count: history.length,
                  render: () => (
                    <Card title="History of aliases">
                      <AliasHistory model={name} changes={history} />
                    </Card>
                  ),
                },
                {
                  id: 'approvals',
                  name: 'Approvals',
                  count: requests.length,
                  render: () => (
                    <Read of={asked}>{({ requests: all }) => <RequestList requests={all} />}</Read>
                  ),
                },
                {
                  id: 'consumers',
                  name: 'Consumers',
                  count: relied.data?.consumers.length,
                  render: () => <ConsumersView model={name} />,
                },
                {
                  id: 'compare',
                  name: 'Compare',
                  render: () => (
                    <CompareView
                      model={name}
                      versions={versions}
                      from={numberOf(search.from)}
                      to={numberOf(search.to)}
                      onChoose={compare}
                    />
                  ),
                },
                {
                  id: 'gate',
                  name: 'Gate',
                  render: () => <PolicyView {...{ model, fromFile, versions }} />,
                },
              ]}
            />
          </>
        )}
      </Read>
    </Page>
  )
}

/** What waits for a person stands before everything else. */
function Waiting({ requests }: { requests: readonly AliasRequest[] }): ReactNode {
  if (requests.length === 0) return null
  return (
    <section aria-label="Waits for approvals" className="stack">
      <h2 className="line">
        <Icon name="user" size={18} /> Waits for approvals
      </h2>
      <ul className="requests">
        {requests.map((request) => (
          <RequestCard key={request.id} request={request} />
        ))}
      </ul>
    </section>
  )
}

function numberOf(text: string | undefined): number | undefined {
  const number = Number(text)
  return text !== undefined && Number.isInteger(number) && number > 0 ? number : undefined
}
