import { Button, Menu, Modal, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type Experiment } from '#contract'
import { Icon } from '../../design/icons.tsx'
import { useGo } from '../../design/link.tsx'
import { showToast } from '../../design/toast.tsx'
import { downloadHref, useAct } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { whichOf } from './use-run-order.ts'
import type { RunTable } from './use-run-table.ts'

/** Saved views are tags of the experiment, so that everyone who sees it has them. */
const viewTag = 'tidemill.view.'

interface ViewMenuProps {
  readonly table: RunTable
  readonly experiment: Experiment
  readonly all: readonly Experiment[]
}

/** How runs are shown, and keeping that: as a link, as a view with a name, as CSV. */
export function ViewMenu({ table, experiment, all }: ViewMenuProps): ReactNode {
  const { view, change } = table
  const go = useGo()
  const [naming, setNaming] = useState(false)
  const save = useAct(operations.experiments.tag, { done: 'Saved for everyone' })
  const views = Object.entries(experiment.tags).flatMap(([key, value]) =>
    key.startsWith(viewTag) ? [{ name: key.slice(viewTag.length), search: value }] : [],
  )
  const csv = downloadHref(operations.table.csv, {
    ...whichOf(table.ids, view),
    ...(view.order === '' ? {} : { order: view.order }),
    columns: table.columns
      .filter((each) => each.area !== 'fact')
      .map(({ id }) => id)
      .join(','),
  })
  const copy = async () => {
    await navigator.clipboard.writeText(location.href)
    showToast('good', 'The link to this view is copied')
  }
  return (
    <>
      <Menu position="bottom-end" width={270}>
        <Menu.Target>
          <Button size="xs" variant="default" leftSection={<Icon name="eye" size={15} />}>
            View
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {views.length > 0 && <Menu.Label>Saved views</Menu.Label>}
          {views.map((each) => (
            <Menu.Item
              key={each.name}
              onClick={() => go(`${paths.experiment(experiment.name)}?${each.search}`)}
            >
              {each.name}
            </Menu.Item>
          ))}
          <Menu.Item leftSection={<Icon name="plus" size={14} />} onClick={() => setNaming(true)}>
            Save this view …
          </Menu.Item>
          <Menu.Item leftSection={<Icon name="link" size={14} />} onClick={() => void copy()}>
            Copy a link to it
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item onClick={() => change({ flat: !view.flat })}>
            {view.flat ? 'Put children under their parents' : 'Show children as runs of their own'}
          </Menu.Item>
          <Menu.Item onClick={() => change({ removed: !view.removed })}>
            {view.removed ? 'Back to the runs' : 'Show removed runs'}
          </Menu.Item>
          <Menu.Label>In charts</Menu.Label>
          {[0, 10, 20, 50].map((top) => (
            <Menu.Item
              key={top}
              disabled={view.top === top && view.on.length + view.off.length === 0}
              onClick={() => change({ top, on: top === 0 ? [] : view.on, off: [] })}
            >
              {top === 0 ? 'None but those I choose' : `The first ${top} runs`}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item
            leftSection={<Icon name="download" size={14} />}
            component="a"
            href={csv}
            download
          >
            All these runs as CSV
          </Menu.Item>
          {all.length > 1 && <Menu.Label>Together with</Menu.Label>}
          {all
            .filter((each) => each.id !== experiment.id)
            .slice(0, 8)
            .map((each) => (
              <Menu.Item
                key={each.id}
                leftSection={view.also.includes(each.id) ? <Icon name="good" size={13} /> : null}
                onClick={() =>
                  change({
                    also: view.also.includes(each.id)
                      ? view.also.filter((id) => id !== each.id)
                      : [...view.also, each.id],
                  })
                }
              >
                {each.name}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      {naming && (
        <NameView
          views={views.map((each) => each.name)}
          onClose={() => setNaming(false)}
          onSave={(name) => {
            setNaming(false)
            const search = location.search.slice(1)
            save.mutate({ experiment: experiment.id, tags: { [viewTag + name]: search } })
          }}
          onRemove={(name) =>
            save.mutate({ experiment: experiment.id, tags: { [viewTag + name]: null } })
          }
        />
      )}
    </>
  )
}

function NameView({ views, onClose, onSave, onRemove }: NameViewProps): ReactNode {
  const [name, setName] = useState('')
  const isGood = /^[\p{L}\p{N}_.\- ]{1,80}$/u.test(name.trim())
  return (
    <Modal opened onClose={onClose} title="Save this view">
      <form
        className="stack wide"
        onSubmit={(event) => {
          event.preventDefault()
          if (isGood) onSave(name.trim())
        }}
      >
        <TextInput
          label="Name"
          data-autofocus
          description="Letters, digits, spaces, - _ and dots; a name that is taken is written over."
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {views.length > 0 && (
          <ul className="plain-list">
            {views.map((each) => (
              <li key={each} className="line spread">
                {each}
                <Button size="compact-xs" variant="subtle" onClick={() => onRemove(each)}>
                  Remove
                </Button>
              </li>
            ))}
          </ul>
        )}
        <Button type="submit" disabled={!isGood}>
          Save
        </Button>
      </form>
    </Modal>
  )
}

interface NameViewProps {
  readonly views: readonly string[]
  readonly onClose: () => void
  readonly onSave: (name: string) => void
  readonly onRemove: (name: string) => void
}
