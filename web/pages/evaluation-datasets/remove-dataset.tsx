import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations } from '#contract'
import { Confirm } from '../../design/confirm.tsx'
import { plural } from '../../design/format.ts'
import { useGo } from '../../design/link.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { useMay } from '../../app/session.ts'

const { remove } = operations.evaluationDatasets

/** Removes an evaluation data set for good, after saying what goes. */
export function RemoveDataset({ dataset }: { dataset: string }): ReactNode {
  const [asking, setAsking] = useState(false)
  const may = useMay('tracking:write')
  if (!may) return null
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        Remove …
      </Button>
      {asking && <RemoveDialog dataset={dataset} onClose={() => setAsking(false)} />}
    </>
  )
}

function RemoveDialog({ dataset, onClose }: { dataset: string; onClose: () => void }): ReactNode {
  const go = useGo()
  const planned = useRead(remove, { dataset, dry: true })
  const act = useAct(remove, {
    done: ({ name }) => `${name} is removed`,
    onDone: ({ experiments: [experiment] }) => {
      onClose()
      go(
        experiment === undefined
          ? paths.evaluationDatasets
          : paths.experiment(experiment, { mode: 'datasets' }),
      )
    },
  })
  return (
    <Confirm
      open
      title="Remove the evaluation data set?"
      verb="Remove"
      danger
      busy={act.isPending}
      off={!planned.isSuccess}
      onClose={onClose}
      onConfirm={() => act.mutate({ dataset })}
    >
      <Read of={planned} lines={3}>
        {({ name, records, experiments }) => (
          <>
            <p>
              {name} goes for good with {plural(records, 'record')}, its tags and what is known of
              where they came from. Traces stay.
            </p>
            {experiments.length > 0 && <p>{experiments.join(', ')} will be without it.</p>}
          </>
        )}
      </Read>
    </Confirm>
  )
}
