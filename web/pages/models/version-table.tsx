import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { measuredNumber, type ModelVersion } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { DigestText } from '../../design/digest.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { Link } from '../../design/link.tsx'
import { NumberText } from '../../design/number-text.tsx'
import { When } from '../../design/when.tsx'
import { paths } from '../../app/paths.ts'
import { GatePill } from './gate-pill.tsx'
import { Promote } from './promote.tsx'

interface VersionTableProps {
  readonly model: string
  readonly versions: readonly ModelVersion[]
  readonly onCompare: (from: number, to: number) => void
}

/** The versions of a model; two that are ticked can be compared. */
export function VersionTable({ model, versions, onCompare }: VersionTableProps): ReactNode {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const numbers = [...chosen].map(Number).sort((a, b) => a - b)
  const [from, to] = numbers
  if (versions.length === 0) {
    return (
      <EmptyState
        icon="model"
        title="It has no version yet"
        command={`tidemill models register ${model} RUN`}
      >
        A version is the model of a run with its signature, card and evidence.
      </EmptyState>
    )
  }
  return (
    <Card
      title="Versions"
      flush
      aside={
        versions.length > 1 && (
          <>
            <span className="muted small" aria-live="polite">
              {numbers.length === 2 ? '' : 'Tick two to compare them.'}
            </span>
            <Button
              size="compact-sm"
              variant="default"
              disabled={numbers.length !== 2}
              onClick={() => from !== undefined && to !== undefined && onCompare(from, to)}
            >
              Compare
            </Button>
          </>
        )
      }
    >
      <DataTable
        label={`Versions of ${model}`}
        rows={versions}
        columns={versionColumns(versions)}
        rowId={(each) => String(each.version)}
        href={(each) => paths.modelVersion(model, each.version)}
        sort={{ id: 'version', desc: true }}
        {...(versions.length > 1 ? { selected: chosen, onSelect: setChosen } : {})}
      />
    </Card>
  )
}

const ownTags = ({ tags }: ModelVersion) =>
  Object.entries(tags).filter(([key]) => !/^(?:mlflow|tidemill)\./.test(key))

/** What people say of versions, such as `validated: yes`. */
const tagColumn: Column<ModelVersion> = {
  id: 'tags',
  header: 'Tags',
  value: (each) =>
    ownTags(each)
      .map((tag) => tag.join(': '))
      .join(' '),
  cell: (each) => (
    <span className="line">
      {ownTags(each)
        .slice(0, 3)
        .map(([key, value]) => (
          <span key={key} className="tag cut-tag" title={`${key}: ${value}`}>
            {key}: {value}
          </span>
        ))}
    </span>
  ),
}

function versionColumns(versions: readonly ModelVersion[]): readonly Column<ModelVersion>[] {
  const metrics = [...new Set(versions.flatMap((each) => Object.keys(each.metrics)))].slice(0, 4)
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
      cell: (each) =>
        each.aliases.length === 0 ? (
          <span className="muted">—</span>
        ) : (
          <span className="line tight">
            {each.aliases.map((alias) => (
              <span key={alias} className="tag sand">
                {alias}
              </span>
            ))}
          </span>
        ),
    },
    ...(versions.some((each) => ownTags(each).length > 0) ? [tagColumn] : []),
    {
      id: 'gate',
      header: 'Gate',
      value: (each) => each.gate?.passed,
      cell: (each) => <GatePill gate={each.gate} />,
    },
    ...metrics.map((metric) => ({
      id: `metric ${metric}`,
      header: metric,
      value: (each: ModelVersion) => measuredNumber(each.metrics[metric]),
      cell: (each: ModelVersion) => <NumberText value={measuredNumber(each.metrics[metric])} />,
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
      id: 'manifest',
      header: 'Files',
      value: (each) => each.manifest ?? each.digest,
      cell: (each) => <DigestText digest={each.manifest ?? each.digest} />,
      sortable: false,
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
      pinned: 'end',
      value: () => undefined,
      sortable: false,
      cell: (each) => <Promote version={each} small />,
    },
  ]
}
