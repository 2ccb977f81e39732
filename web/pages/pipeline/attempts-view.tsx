import { useMemo, useState, type ReactNode } from 'react'
import type { StageAttempt } from '#contract'
import { Card } from '../../design/card.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatBytes, formatDuration } from '../../design/format.ts'
import { LineChart } from '../../design/line-chart.tsx'
import { Stat, StatRow } from '../../design/stat.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { AttemptLog } from './attempt-log.tsx'
import { attemptPill } from './attempt-state.ts'
import { AttemptUseCard } from './attempt-use.tsx'

interface AttemptsViewProps {
  readonly stage: string
  readonly attempts: readonly StageAttempt[]
}

/** The runs of a stage on this machine: what each took, and its log, which grows while it runs. */
export function AttemptsView({ stage, attempts }: AttemptsViewProps): ReactNode {
  const [chosen, setChosen] = useState<string>()
  const shown = attempts.find((attempt) => attempt.id === chosen) ?? attempts[0]
  if (shown === undefined) {
    return (
      <EmptyState
        icon="jobs"
        title="It never ran on this machine"
        command={`tidemill repro ${stage}`}
      >
        What is recorded of it came from a cache, or nothing is recorded yet.
      </EmptyState>
    )
  }
  return (
    <div className="stack wide">
      <Costs attempts={attempts} />
      <div className="attempt-split">
        <Card title="Attempts">
          <ul className="attempt-list">
            {attempts.map((attempt) => (
              <li key={attempt.id}>
                <button
                  type="button"
                  aria-pressed={attempt.id === shown.id}
                  onClick={() => setChosen(attempt.id)}
                >
                  <StatusPill {...attemptPill(attempt)} />
                  <span className="grow">
                    <When time={attempt.startedAt} />
                  </span>
                  <span className="muted small">
                    {isOwnCost(attempt) &&
                      formatDuration((attempt.resources?.wallSeconds ?? 0) * 1000)}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </Card>
        <div className="stack wide">
          <AttemptUseCard key={shown.id} stage={stage} attempt={shown} />
          <AttemptLog stage={stage} attempt={shown} />
        </div>
      </div>
    </div>
  )
}

/** What was restored took nothing here: its numbers are those of the run it came from. */
function isOwnCost({ state, resources }: StageAttempt): boolean {
  return resources !== undefined && state !== 'restored'
}

/** Time, processor and memory over the attempts that came to an end, oldest first. */
function Costs({ attempts }: { attempts: readonly StageAttempt[] }): ReactNode {
  const ended = useMemo(() => attempts.filter(isOwnCost).toReversed(), [attempts])
  const x = useMemo(() => ended.map((_, index) => index + 1), [ended])
  const times = useMemo(
    () => [
      { name: 'wall', values: ended.map((each) => each.resources?.wallSeconds ?? null) },
      { name: 'CPU', values: ended.map((each) => each.resources?.cpuSeconds ?? null) },
    ],
    [ended],
  )
  const memory = useMemo(
    () => [
      {
        name: 'peak',
        values: ended.map((each) => (each.resources?.peakRssBytes ?? 0) / 1e6),
      },
    ],
    [ended],
  )
  const last = ended.at(-1)?.resources
  if (last === undefined) return null
  return (
    <>
      <StatRow>
        <Stat name="Time" value={formatDuration(last.wallSeconds * 1000)} note="in the last run" />
        <Stat name="CPU" value={formatDuration(last.cpuSeconds * 1000)} />
        <Stat
          name="Memory"
          value={last.peakRssBytes === 0 ? '—' : formatBytes(last.peakRssBytes)}
          note={last.peakRssBytes === 0 ? 'too short to see' : 'at its peak'}
        />
        <Stat name="Read" value={formatBytes(last.readBytes)} />
        <Stat name="Written" value={formatBytes(last.writtenBytes)} />
      </StatRow>
      {ended.length > 2 && (
        <div className="cost-grid">
          <Card title="Time by attempt, in seconds">
            <LineChart label="Time by attempt" x={x} xName="attempt" series={times} height={150} />
          </Card>
          <Card title="Memory by attempt, in MB">
            <LineChart
              label="Memory by attempt"
              x={x}
              xName="attempt"
              series={memory}
              height={150}
            />
          </Card>
        </div>
      )}
    </>
  )
}
