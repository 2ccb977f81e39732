import type { ReactNode } from 'react'
import { operations, type DriftReport } from '#contract'
import { Card } from '../../design/card.tsx'
import { formatCount, formatPercent, formatTime } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { Stat, StatRow } from '../../design/stat.tsx'
import { downloadHref } from '../../app/api.tsx'
import { ColumnTable } from './column-table.tsx'
import { QualityView } from './quality-view.tsx'
import './monitors.css'
import { VersionLink } from '../models/version-link.tsx'

/** A report: the decision, the same data by the peer's rule, quality, and every column. */
export function ReportView({ report }: { report: DriftReport }): ReactNode {
  return (
    <div className="stack wide">
      <div className="columns">
        <Verdict
          title="Tidemill’s decision"
          drifted={report.drifted}
          summary={report.summary}
          note="Pays for the number of rows, columns and looks."
        />
        <Verdict
          title={`By ${report.peer.name}’s rule`}
          drifted={report.peer.drifted}
          summary={report.peer.summary}
          note={`Drifted from a share of ${formatPercent(report.peer.shareThreshold)} of columns on; here ${formatPercent(report.peer.share)}.`}
        />
        {report.harm !== undefined && (
          <Verdict
            title={`Harm to ${report.harm.metric}`}
            drifted={report.harm.harmful}
            words={['harm is shown', 'no harm is shown']}
            summary={report.harm.summary}
            note={`Evidence ${report.harm.evidence.toPrecision(3)}; harm from ${report.harm.threshold.toPrecision(3)} on.`}
          />
        )}
      </div>
      <StatRow>
        <Stat
          name="Drifted columns"
          value={`${report.driftedColumns} of ${report.columns.length}`}
          note={formatPercent(report.driftedShare)}
        />
        <Stat name="Reference rows" value={formatCount(report.referenceRows)} />
        <Stat name="Window rows" value={formatCount(report.currentRows)} />
        <Stat
          name="Model"
          value={<VersionLink model={report.model} version={report.version} />}
          note={report.model}
        />
      </StatRow>
      {(report.qualityReference !== undefined || report.qualityCurrent !== undefined) && (
        <Card title="Quality, at training and on the newest labels">
          <QualityView before={report.qualityReference} after={report.qualityCurrent} />
        </Card>
      )}
      <Card
        title="Columns"
        aside={
          <a
            className="button-link"
            href={downloadHref(operations.monitors.html, { id: report.id })}
            target="_blank"
            rel="noreferrer"
          >
            <Icon name="external" size={15} /> Report as a page
          </a>
        }
        flush
      >
        <p className="muted small">
          Window from {formatTime(report.windowStart)} to {formatTime(report.windowEnd)}. Choose a
          column to see both distributions.
        </p>
        <ColumnTable columns={report.columns} />
      </Card>
    </div>
  )
}

function Verdict({ title, drifted, words, summary, note }: VerdictProps): ReactNode {
  const [yes, no] = words ?? ['drifted', 'not drifted']
  return (
    <section className={drifted ? 'judgement attention' : 'judgement good'}>
      <h2>{title}</h2>
      <p className="judgement-word">
        <Icon name={drifted ? 'attention' : 'good'} size={20} /> {drifted ? yes : no}
      </p>
      <p>{summary}</p>
      <p className="muted small">{note}</p>
    </section>
  )
}

interface VerdictProps {
  readonly title: string
  readonly drifted: boolean
  readonly words?: readonly [string, string]
  readonly summary: string
  readonly note: string
}
