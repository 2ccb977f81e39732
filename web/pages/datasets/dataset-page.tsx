import { Button, Menu } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type DatasetVersion } from '#contract'
import { Icon } from '../../design/icons.tsx'
import { Link, useGo } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { downloadHref, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart, useSearchState } from '../../app/search-state.ts'
import { useMay } from '../../app/session.ts'
import { DatasetOverview } from './dataset-overview.tsx'
import { DiffView } from './diff-view.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { ProfileView } from './profile-view.tsx'
import { RowsView } from './rows-view.tsx'
import { RulesView } from './rules-view.tsx'
import { ValidationPill } from './validation-pill.tsx'
import './datasets.css'

/** One dataset; everything on the page is of the version chosen in the address, the latest unless said. */
export function DatasetPage(): ReactNode {
  const name = usePathPart('name')
  const read = useRead(operations.datasets.get, { name })
  const [search, setSearch] = useSearchState()
  const [importing, setImporting] = useState(false)
  const may = useMay('lake:write')
  const wanted = Number(search.version)
  const versions = read.data?.versions ?? []
  const version = versions.find((each) => each.version === wanted) ?? versions[0]
  return (
    <Page
      title={name}
      crumbs={[{ name: 'Datasets', href: paths.datasets }]}
      status={
        version && (
          <>
            <span className="tag sand">version {version.version}</span>
            <ValidationPill report={version.validation} />
          </>
        )
      }
      intro={read.data?.dataset.description}
      actions={
        version && (
          <>
            <Link
              className="button-link"
              href={paths.lineage({ kind: 'dataset', name, version: version.version })}
            >
              <Icon name="lineage" size={16} /> Lineage
            </Link>
            <Downloads version={version} />
            {may && <Button onClick={() => setImporting(true)}>New version</Button>}
          </>
        )
      }
    >
      <Read of={read} lines={10}>
        {({ dataset, rules }) =>
          version !== undefined && (
            <Tabs
              label="Parts of the dataset"
              selected={search.tab}
              onSelect={(tab) => setSearch({ tab })}
              tabs={[
                {
                  id: 'versions',
                  name: 'Versions',
                  count: versions.length,
                  render: () => (
                    <DatasetOverview
                      dataset={dataset}
                      versions={versions}
                      version={version}
                      onVersion={(each) => setSearch({ version: String(each) })}
                    />
                  ),
                },
                {
                  id: 'rules',
                  name: 'Rules',
                  count: rules.length,
                  render: () => <RulesView version={version} />,
                },
                {
                  id: 'profile',
                  name: 'Profile',
                  render: () => <ProfileView version={version} label={dataset.label} />,
                },
                { id: 'rows', name: 'Rows', render: () => <RowsView version={version} /> },
                {
                  id: 'diff',
                  name: 'Differences',
                  render: () => <DiffView name={name} versions={versions} to={version} />,
                },
              ]}
            />
          )
        }
      </Read>
      {importing && <ImportDialog dataset={name} onClose={() => setImporting(false)} />}
    </Page>
  )
}

function Downloads({ version }: { version: DatasetVersion }): ReactNode {
  const go = useGo()
  const file = (format: 'csv' | 'parquet' | 'arrow' | 'source') =>
    downloadHref(operations.datasets.download, {
      name: version.dataset,
      version: version.version,
      format,
    })
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" leftSection={<Icon name="download" size={16} />}>
          Download
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={file('csv')} download>
          CSV
        </Menu.Item>
        <Menu.Item component="a" href={file('parquet')} download>
          Parquet
        </Menu.Item>
        <Menu.Item component="a" href={file('arrow')} download>
          Arrow
        </Menu.Item>
        {version.source !== undefined && (
          <Menu.Item component="a" href={file('source')} download>
            The bytes as they came
          </Menu.Item>
        )}
        <Menu.Item onClick={() => go(paths.query(`select * from "${version.dataset}" limit 100`))}>
          Open in SQL
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
