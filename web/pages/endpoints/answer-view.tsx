import type { ReactNode } from 'react'
import type { Answer, Reason, Signature } from '#contract'
import { Card } from '../../design/card.tsx'
import { formatCell, formatNumber, formatPercent } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { Link } from '../../design/link.tsx'
import { Meter } from '../../design/meter.tsx'
import { BarChart } from '../../design/bar-chart.tsx'
import { paths } from '../../app/paths.ts'

interface AnswerViewProps {
  readonly answer: Answer
  readonly signature: Signature
}

/** One answer: in words, how sure, why, and where it comes from. */
export function AnswerView({ answer, signature }: AnswerViewProps): ReactNode {
  const positive = signature.positive
  const alarming = positive !== undefined && answer.prediction === positive
  return (
    <Card title="Answer">
      <div className="stack wide">
        <div className={alarming ? 'verdict positive' : 'verdict'}>
          <span className="verdict-label" data-testid="answer">
            {answer.label}
          </span>
          {answer.probability !== undefined && (
            <span className="verdict-sure">{formatPercent(answer.probability)} sure</span>
          )}
        </div>
        {answer.probabilities !== undefined && (
          <div className="stack tight">
            {Object.entries(answer.probabilities).map(([value, share]) => (
              <div key={value} className="class-line">
                <span>{signature.labels?.[value] ?? value}</span>
                <Meter
                  share={share}
                  label={`Probability of ${signature.labels?.[value] ?? value}`}
                  token={value === positive ? '--series-2' : '--series-1'}
                />
                <span>{formatPercent(share)}</span>
              </div>
            ))}
          </div>
        )}
        {answer.reasons !== undefined && answer.reasons.length > 0 && (
          <Reasons reasons={answer.reasons} />
        )}
        <div className="line">
          <Link href={paths.lineage({ kind: 'prediction', id: answer.id })}>
            <Icon name="lineage" size={15} /> Where this answer comes from
          </Link>
          <Link href={paths.modelVersion(answer.model, answer.version)}>
            {answer.model} version {answer.version}
          </Link>
        </div>
      </div>
    </Card>
  )
}

function Reasons({ reasons }: { reasons: readonly Reason[] }): ReactNode {
  const ordered = [...reasons].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  return (
    <div className="stack tight">
      <h3>Nearest reasons</h3>
      <p className="muted small">How far each value moved the risk from the average, in points.</p>
      <BarChart
        label="Nearest reasons"
        format={signedPoints}
        bars={ordered.slice(0, 8).map((reason) => ({
          key: reason.feature,
          name: `${reason.feature} = ${formatCell(reason.value)}`,
          value: reason.contribution,
          token: reason.contribution > 0 ? '--series-2' : '--series-1',
        }))}
      />
    </div>
  )
}

function signedPoints(value: number): string {
  const points = formatNumber(Math.abs(value) * 100, 2)
  return value > 0 ? `+${points}` : value < 0 ? `−${points}` : points
}
