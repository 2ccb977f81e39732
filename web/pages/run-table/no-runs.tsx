import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations } from '#contract'
import { EmptyState } from '../../design/empty-state.tsx'
import { useRead } from '../../app/api.tsx'
import { serverAddress } from '../../app/place.ts'

interface NoRunsProps {
  readonly experiment: string
  readonly onTraces: () => void
}

/** An experiment without runs; that of an application may have traces alone, which are what its reader looks for. */
export function NoRuns({ experiment, onTraces }: NoRunsProps): ReactNode {
  const read = useRead(operations.traces.search, { experiment, limit: 1 })
  if ((read.data?.traces.length ?? 0) > 0) {
    return (
      <EmptyState
        icon="trace"
        title="Traces, and no runs"
        action={<Button onClick={onTraces}>Look at its traces</Button>}
      >
        An application logged what it did for each request. Runs show here once a training logs one.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon="runs"
      title="No runs yet"
      command={`MLFLOW_TRACKING_URI=${serverAddress} MLFLOW_EXPERIMENT_NAME="${experiment}" python train.py`}
    >
      Runs of this experiment show here as soon as they start, from any MLflow client or the
      pipeline.
    </EmptyState>
  )
}
