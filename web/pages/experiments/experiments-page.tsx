import { Button, TextInput } from '@mantine/core'
import { useMemo, useState, type ReactNode } from 'react'
import { operations, type Experiment } from '#contract'
import { Card } from '../../design/card.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { Icon } from '../../design/icons.tsx'
import { Link, useGo } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { useSearchState } from '../../app/search-state.ts'
import { useMay } from '../../app/session.ts'
import { useShortcut } from '../../app/shortcuts.tsx'
import { serverAddress } from '../../app/place.ts'
import { EndRemoved } from './end-removed.tsx'
import { NameDialog } from './name-dialog.tsx'
import { ExperimentRows } from './experiment-rows.tsx'
import { isFound } from './experiment-tree.ts'
import './experiments.css'

/** All experiments by the folders in their names. */
export function ExperimentsPage(): ReactNode {
  const [search, setSearch] = useSearchState()
  const removed = search.removed === '1'
  const read = useRead(operations.runs.experiments, removed ? { removed: 'only' as const } : {}, {
    keep: true,
  })
  const [creating, setCreating] = useState(false)
  const [ending, setEnding] = useState(false)
  const mayEnd = useMay('tracking:manage')
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const go = useGo()
  useShortcut('n', 'New experiment', () => setCreating(true))
  const text = search.find ?? ''
  const all = read.data?.experiments ?? none
  const found = useMemo(() => all.filter((each) => isFound(each, text)), [all, text])
  const chosen = all.filter((each) => selected.has(each.id))
  return (
    <Page
      title="Runs"
      intro="Trainings by experiment: parameters, metrics, data and code of each, kept for comparison."
      actions={
        <>
          {chosen.length > 1 && (
            <Button variant="default" onClick={() => go(together(chosen))}>
              Open {chosen.length} together
            </Button>
          )}
          <Link className="button-link" href={paths.evaluationDatasets}>
            Evaluation data sets
          </Link>
          <Button leftSection={<Icon name="plus" size={15} />} onClick={() => setCreating(true)}>
            New experiment
          </Button>
        </>
      }
    >
      <div className="line">
        <TextInput
          className="grow experiment-find"
          aria-label="Find an experiment"
          placeholder="Find by name or tag"
          leftSection={<Icon name="search" size={14} />}
          value={text}
          onChange={(event) => setSearch({ find: event.currentTarget.value })}
        />
        <Button
          variant="subtle"
          aria-pressed={removed}
          onClick={() => {
            setSelected(new Set())
            setSearch({ removed: removed ? undefined : '1' })
          }}
        >
          {removed ? 'Back to experiments' : 'Removed'}
        </Button>
        {removed && mayEnd && (
          <Button variant="default" onClick={() => setEnding(true)}>
            End for good …
          </Button>
        )}
      </div>
      <Read of={read}>
        {() =>
          found.length > 0 ? (
            <Card flush>
              <ExperimentRows
                experiments={found}
                unfolded={text !== ''}
                removed={removed}
                selected={selected}
                onSelect={setSelected}
              />
            </Card>
          ) : text !== '' ? (
            <EmptyState icon="search" title="No experiment is like that">
              Write another part of a name, or of a tag as key: value.
            </EmptyState>
          ) : removed ? (
            <EmptyState icon="trash" title="Nothing is removed">
              Experiments that are removed show here, to be brought back.
            </EmptyState>
          ) : (
            <EmptyState icon="runs" title="Nothing has been trained yet" command="tidemill repro">
              Run a pipeline, or log from any MLflow client: set MLFLOW_TRACKING_URI to{' '}
              {serverAddress} and train as you are used to.
            </EmptyState>
          )
        }
      </Read>
      {creating && <NameDialog onClose={() => setCreating(false)} />}
      {ending && <EndRemoved of={everything} onClose={() => setEnding(false)} />}
    </Page>
  )
}

const none: readonly Experiment[] = []
const everything = {}

function together([first, ...others]: readonly Experiment[]): string {
  return paths.experiment(first?.name ?? '', { also: others.map((each) => each.id).join(',') })
}
