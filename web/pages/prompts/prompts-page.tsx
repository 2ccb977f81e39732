import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Prompt } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { Icon } from '../../design/icons.tsx'
import { Link, useGo } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { When } from '../../design/when.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { useMay } from '../../app/session.ts'
import { WritePrompt } from './write-prompt.tsx'

const columns: readonly Column<Prompt>[] = [
  {
    id: 'name',
    header: 'Prompt',
    value: (each) => each.name,
    cell: (each) => <Link href={paths.prompt(each.name)}>{each.name}</Link>,
    pinned: true,
  },
  { id: 'latest', header: 'Versions', value: (each) => each.latest, numeric: true },
  {
    id: 'aliases',
    header: 'Aliases',
    value: (each) => Object.keys(each.aliases).join(' '),
    cell: (each) => (
      <span className="line">
        {Object.entries(each.aliases).map(([alias, version]) => (
          <span key={alias} className="tag sand">
            {alias} → {version}
          </span>
        ))}
      </span>
    ),
  },
  {
    id: 'changed',
    header: 'Changed',
    value: (each) => each.updatedAt,
    cell: (each) => <When time={each.updatedAt} />,
  },
  { id: 'description', header: 'Description', value: (each) => each.description },
]

/** Texts that applications fill in, under versions. */
export function PromptsPage(): ReactNode {
  const read = useRead(operations.prompts.list, {})
  const [making, setMaking] = useState(false)
  const mayWrite = useMay('models:write')
  const go = useGo()
  return (
    <Page
      title="Prompts"
      intro="Texts that applications fill in, each version as it was."
      actions={
        mayWrite && (
          <Button leftSection={<Icon name="plus" size={15} />} onClick={() => setMaking(true)}>
            New prompt
          </Button>
        )
      }
    >
      {making && (
        <WritePrompt onClose={() => setMaking(false)} onDone={(name) => go(paths.prompt(name))} />
      )}
      <Read of={read}>
        {({ prompts }) =>
          prompts.length === 0 ? (
            <EmptyState icon="prompt" title="No prompts yet">
              Write one here, or register it with <code>mlflow.genai.register_prompt</code>;
              applications load it by an alias.
            </EmptyState>
          ) : (
            <Card flush>
              <DataTable
                label="Prompts"
                rows={prompts}
                columns={columns}
                rowId={(each) => each.name}
                href={(each) => paths.prompt(each.name)}
                sort={{ id: 'name', desc: false }}
              />
            </Card>
          )
        }
      </Read>
    </Page>
  )
}
