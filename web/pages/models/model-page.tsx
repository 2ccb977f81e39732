import type { ReactNode } from 'react'
import { operations, type AliasChange, type Model, type ModelVersion } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { formatNumber } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { Link } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart } from '../../app/search-state.ts'
import { describeRequirement } from './describe-requirement.ts'
import { GatePill } from './gate-pill.tsx'
import { Promote } from './promote.tsx'
import { Rollback } from './rollback.tsx'
import './models.css'

/** A model: which version is what, who moved which alias, what its gate asks. */
export function ModelPage(): ReactNode {
  const name = usePathPart('name')
  const read = useRead(operations.models.get, { name })
  return (
    <Page
      title={name}
      crumbs={[{ name: 'Models', href: paths.models }]}
      intro={read.data?.model.description}
    >
      <Read of={read} lines={10}>
        {({ model, versions, history }) => (
          <>
            <Aliases model={model} history={history} />
            <Card title="Versions" flush>
              <DataTable
                label={`Versions of ${name}`}
                rows={versions}
                columns={versionColumns(versions)}
                rowId={(each) => String(each.version)}
                href={(each) => paths.modelVersion(name, each.version)}
                sort={{ id: 'version', desc: true }}
              />
            </Card>
            <div className="columns">
              <Card title="What the gate asks">
                {model.requirements.length === 0 ? (
                  <p className="muted small">
                    Nothing yet. Declare requirements in tidemill.yaml under models.
                  </p>
                ) : (
                  <ol className="requirements">
                    {model.requirements.map((each) => (
                      <li key={describeRequirement(each)}>{describeRequirement(each)}</li>
                    ))}
                  </ol>
                )}
              </Card>
              <Card title="History of aliases">
                <History model={name} changes={history} />
              </Card>
            </div>
          </>
        )}
      </Read>
    </Page>
  )
}

function Aliases({ model, history }: AliasesProps): ReactNode {
  const entries = Object.entries(model.aliases)
  if (entries.length === 0) {
    return (
      <div className="notice">
        <Icon name="gate" />
        No alias points at a version yet. Promote one below: champion takes it through the gate.
      </div>
    )
  }
  return (
    <ul className="aliases">
      {entries.map(([alias, version]) => {
        const last = history.find((change) => change.alias === alias)
        const before = last?.from
        return (
          <li key={alias} className="card card-body">
            <div className="line spread">
              <span className="tag sand">{alias}</span>
              {before !== undefined && (
                <Rollback model={model.name} alias={alias} from={version} to={before} />
              )}
            </div>
            <Link className="alias-version" href={paths.modelVersion(model.name, version)}>
              version {version}
            </Link>
            {last !== undefined && (
              <p className="muted small">
                since <When time={last.when} />, by {last.who}
              </p>
            )}
          </li>
        )
      })}
    </ul>
  )
}

interface AliasesProps {
  readonly model: Model
  readonly history: readonly AliasChange[]
}

function versionColumns(versions: readonly ModelVersion[]): readonly Column<ModelVersion>[] {
  const metrics = [...new Set(versions.flatMap((each) => Object.keys(each.metrics)))].slice(0, 6)
  return [
    {
      id: 'version',
      header: 'Version',
      value: (each) => each.version,
      cell: (each) => (
        <Link href={paths.modelVersion(each.model, each.version)}>version {each.version}</Link>
      ),
      pinned: true,
    },
    {
      id: 'aliases',
      header: 'Aliases',
      value: (each) => each.aliases.join(' '),
      cell: (each) => (
        <span className="line">
          {each.aliases.map((alias) => (
            <span key={alias} className="tag sand">
              {alias}
            </span>
          ))}
        </span>
      ),
    },
    {
      id: 'gate',
      header: 'Gate',
      value: (each) => each.gate?.passed,
      cell: (each) => <GatePill gate={each.gate} />,
    },
    ...metrics.map((metric) => ({
      id: `metric ${metric}`,
      header: metric,
      value: (each: ModelVersion) => each.metrics[metric],
      cell: (each: ModelVersion) => {
        const value = each.metrics[metric]
        return value === undefined ? '—' : formatNumber(value)
      },
      numeric: true,
    })),
    {
      id: 'data',
      header: 'Data',
      value: (each) => each.dataset,
      cell: (each) =>
        each.dataset === undefined ? (
          '—'
        ) : (
          <Link href={paths.dataset(each.dataset, { version: each.datasetVersion })}>
            {each.dataset}
            {each.datasetVersion === undefined ? '' : ` v${each.datasetVersion}`}
          </Link>
        ),
    },
    {
      id: 'created',
      header: 'Created',
      value: (each) => each.createdAt,
      cell: (each) => <When time={each.createdAt} />,
    },
    {
      id: 'promote',
      header: 'Actions',
      value: () => undefined,
      sortable: false,
      cell: (each) => <Promote version={each} small />,
    },
  ]
}

function History({
  model,
  changes,
}: {
  model: string
  changes: readonly AliasChange[]
}): ReactNode {
  if (changes.length === 0) return <p className="muted small">No alias has moved yet.</p>
  return (
    <ol className="alias-history">
      {changes.map((change) => (
        <li key={`${change.alias} ${change.when}`}>
          <span className="line">
            <span className="tag sand">{change.alias}</span>
            {change.from === undefined ? 'set' : `${change.from}`}
            <Icon name="chevron" size={12} />
            {change.to === undefined ? (
              'removed'
            ) : (
              <Link href={paths.modelVersion(model, change.to)}>version {change.to}</Link>
            )}
            {change.gate !== undefined && <StatusPill health="good" word="through the gate" />}
          </span>
          <span className="muted small">
            <When time={change.when} /> by {change.who}
            {change.why !== '' && `: ${change.why}`}
          </span>
        </li>
      ))}
    </ol>
  )
}
