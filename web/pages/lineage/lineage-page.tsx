import { useMemo, type ReactNode } from 'react'
import type { LineageGraph as Graph } from '#contract'
import { Card } from '../../design/card.tsx'
import { DigestText } from '../../design/digest.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { Icon, type IconName } from '../../design/icons.tsx'
import { LayeredGraph } from '../../design/layered-graph.tsx'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { paths } from '../../app/paths.ts'
import { useSearchState } from '../../app/search-state.ts'
import { useLineage } from './use-lineage.ts'

type Node = Graph['nodes'][number]

const icons: Readonly<Record<Node['kind'], IconName>> = {
  source: 'upload',
  dataset: 'data',
  row: 'columns',
  run: 'runs',
  model: 'model',
  endpoint: 'endpoint',
  prediction: 'predictions',
  label: 'labels',
}

/** From one thing to all it came from and all it went into. */
export function LineagePage(): ReactNode {
  const [search] = useSearchState()
  const { title, read } = useLineage(search)
  return (
    <Page
      title={title}
      intro="From left to right: what was used, then what was made of it. A box leads to its page; what was removed has none."
    >
      {read === undefined ? (
        <EmptyState icon="lineage" title="Whose lineage?" command="tidemill lineage prediction ID">
          Each version of a <Link href={paths.models}>model</Link>, version and row of a{' '}
          <Link href={paths.datasets}>dataset</Link>, and prediction of an{' '}
          <Link href={paths.endpoints}>endpoint</Link> has a link to it.
        </EmptyState>
      ) : read.isError ? (
        <ErrorState error={read.error} retry={() => void read.refetch()} />
      ) : read.data === undefined ? (
        <Skeleton lines={10} />
      ) : (
        <LineageView graph={read.data} />
      )}
    </Page>
  )
}

function LineageView({ graph }: { graph: Graph }): ReactNode {
  const nodes = useMemo(
    () =>
      graph.nodes.map((node) => ({
        id: node.id,
        content: <NodeBox node={node} focus={node.id === graph.focus} />,
      })),
    [graph],
  )
  const edges = useMemo(
    () => graph.edges.map(({ from, to, relation }) => ({ from, to, label: relation })),
    [graph],
  )
  return (
    <>
      <Card>
        <LayeredGraph label="Lineage" nodes={nodes} edges={edges} />
      </Card>
      <Card title="As a list">
        <LineageList graph={graph} />
      </Card>
    </>
  )
}

function NodeBox({ node, focus }: { node: Node; focus: boolean }): ReactNode {
  const className = `node ${node.kind}${focus ? ' focus' : ''}${node.removed ? ' removed' : ''}`
  const inside = (
    <>
      <span className="node-kind">
        <Icon name={icons[node.kind]} size={13} />
        {node.kind}
        {node.removed && <span className="tag small">removed</span>}
      </span>
      <span className="node-title" title={node.title}>
        {node.title}
      </span>
      <span className="node-detail">{node.detail}</span>
    </>
  )
  return node.href === undefined ? (
    <div className={className}>{inside}</div>
  ) : (
    <Link className={className} href={node.href} aria-current={focus ? 'true' : undefined}>
      {inside}
    </Link>
  )
}

/** The same in words: each thing, what it was made from, its digest. */
function LineageList({ graph }: { graph: Graph }): ReactNode {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]))
  return (
    <ul className="rule-list bordered">
      {graph.nodes.map((node) => {
        const into = graph.edges.filter((edge) => edge.to === node.id)
        return (
          <li key={node.id}>
            <span className="tag">{node.kind}</span>
            <div className="grow stack tight">
              <strong>
                {node.href === undefined ? node.title : <Link href={node.href}>{node.title}</Link>}
              </strong>
              <span className="small muted">
                {node.removed ? `removed, ${node.detail}` : node.detail}
              </span>
              {into.length > 0 && (
                <span className="small">
                  {into
                    .map(
                      (edge) =>
                        `from ${byId.get(edge.from)?.title ?? edge.from} (${edge.relation})`,
                    )
                    .join('; ')}
                </span>
              )}
            </div>
            {node.digest !== undefined && <DigestText digest={node.digest} />}
          </li>
        )
      })}
    </ul>
  )
}
