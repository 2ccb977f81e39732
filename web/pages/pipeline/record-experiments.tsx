import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations, type PipelineExperiment } from '#contract'
import { plural } from '../../design/format.ts'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'

/** Makes runs of all experiments that have none, where one of those shown has none. */
export function RecordExperiments({ rows }: { rows: readonly PipelineExperiment[] }): ReactNode {
  const may = useMay('pipeline:run')
  const act = useAct(operations.pipelines.recordExperiments, {
    done: ({ experiments }) => {
      const made = experiments.filter(({ run }) => run !== undefined).length
      const [waits] = experiments.flatMap(({ name, problem }) =>
        problem === undefined ? [] : [`; ${name}: ${problem}`],
      )
      return `${plural(made, 'run')} made${waits ?? ''}`
    },
  })
  if (!may || rows.every(({ ref, run }) => ref === undefined || run !== undefined)) return null
  return (
    <Button size="xs" variant="default" loading={act.isPending} onClick={() => act.mutate({})}>
      Make runs of those without one
    </Button>
  )
}
