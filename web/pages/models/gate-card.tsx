import { Button, NativeSelect } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations, type GateReport, type ModelVersion } from '#contract'
import { Card } from '../../design/card.tsx'
import { formatTime } from '../../design/format.ts'
import { useAct } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'
import { GatePill } from './gate-pill.tsx'
import { GateView } from './gate-view.tsx'

interface GateCardProps {
  readonly version: ModelVersion
  readonly gates: readonly GateReport[]
  /** The report to show; the newest unless said. */
  readonly chosen: string | undefined
  readonly onChoose: (gate: string | undefined) => void
}

/** What the gate found, now and every time before. */
export function GateCard({ version, gates, chosen, onChoose }: GateCardProps): ReactNode {
  const check = useAct(operations.models.gate, {
    done: (report) => (report.passed ? 'The gate is passed' : 'The gate refuses this version'),
    onDone: () => onChoose(undefined),
  })
  const may = useMay('models:write')
  const shown = gates.find((each) => each.id === chosen) ?? gates[0] ?? version.gate
  return (
    <Card
      title="Gate"
      aside={
        <>
          <GatePill gate={shown} />
          {gates.length > 1 && (
            <NativeSelect
              size="xs"
              aria-label="Which report"
              value={shown?.id ?? ''}
              data={gates.map((each) => ({
                value: each.id,
                label: `${formatTime(each.checkedAt)}, ${each.passed ? 'passed' : 'refused'}`,
              }))}
              onChange={(event) => onChoose(event.currentTarget.value)}
            />
          )}
          {may && (
            <Button
              size="xs"
              variant="default"
              loading={check.isPending}
              onClick={() => check.mutate({ name: version.model, version: version.version })}
            >
              Check now
            </Button>
          )}
        </>
      }
    >
      {shown === undefined ? (
        <p className="muted small">
          Not checked yet. Check it now, or promote: the alias champion goes through the gate.
        </p>
      ) : (
        <GateView gate={shown} />
      )}
    </Card>
  )
}
