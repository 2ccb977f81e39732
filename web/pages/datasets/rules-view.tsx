import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations, type DatasetVersion, type ValidationReport } from '#contract'
import { Card } from '../../design/card.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatCell, formatPercent, plural } from '../../design/format.ts'
import { Link } from '../../design/link.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { useRead } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { describeRule } from './describe-rule.ts'
import { CleanDialog } from './clean-dialog.tsx'
import { NewRule } from './new-rule.tsx'
import { repairOf } from './repair.ts'

/** The rules against the chosen version, the broken first, each with rows that break it. */
export function RulesView({ version }: { version: DatasetVersion }): ReactNode {
  const input = { name: version.dataset, version: version.version }
  const read = useRead(operations.datasets.validate, input)
  return (
    <div className="stack">
      <Read of={read}>
        {(report) =>
          report.results.length === 0 ? (
            <EmptyState icon="gate" title="No rules yet">
              Rules say what must hold of every version: what may not be missing, what range a
              number has, which values there are. Add one below, or declare them in tidemill.yaml.
            </EmptyState>
          ) : (
            <Card
              title={summary(report)}
              aside={<Repair report={report} version={version} />}
              flush
            >
              <ul className="rule-list">
                {[...report.results]
                  .sort((a, b) => Number(a.passed) - Number(b.passed))
                  .map((result) => (
                    <RuleLine
                      key={`${describeRule(result.rule)} ${result.column ?? ''}`}
                      result={result}
                      version={version}
                    />
                  ))}
              </ul>
            </Card>
          )
        }
      </Read>
      <NewRule version={version} />
    </div>
  )
}

/** Offers to clean what the broken rules name. */
function Repair({ report, version }: RepairProps): ReactNode {
  const [open, setOpen] = useState(false)
  const may = useMay('lake:write')
  const actions = repairOf(report)
  if (!may || actions.length === 0) return null
  return (
    <>
      <Button size="xs" onClick={() => setOpen(true)}>
        Clean into a new version
      </Button>
      {open && <CleanDialog version={version} actions={actions} onClose={() => setOpen(false)} />}
    </>
  )
}

interface RepairProps {
  readonly report: ValidationReport
  readonly version: DatasetVersion
}

function RuleLine({ result, version }: RuleLineProps): ReactNode {
  const { rule, column, passed, violations, share, examples, problem } = result
  const warning = rule.severity === 'warning'
  const text = describeRule(column === undefined ? rule : { ...rule, columns: [column] })
  return (
    <li>
      <StatusPill
        health={passed ? 'good' : warning ? 'attention' : 'bad'}
        word={passed ? 'holds' : warning ? 'warning' : 'broken'}
      />
      <div className="grow">
        <strong>{text}</strong>
        {problem !== undefined && <p className="small muted">{problem}</p>}
        {!passed && problem === undefined && (
          <p className="small muted">
            {plural(violations, 'violation')} ({formatPercent(share)} of rows)
            {examples.length > 0 && ', for example '}
            {examples.slice(0, 5).map((example, index) => (
              <span key={example.row}>
                {index > 0 && ', '}
                <Link
                  href={paths.lineage({
                    kind: 'row',
                    name: version.dataset,
                    version: version.version,
                    row: example.row,
                  })}
                >
                  row {example.row}
                </Link>{' '}
                ({formatCell(example.value)})
              </span>
            ))}
          </p>
        )}
      </div>
    </li>
  )
}

interface RuleLineProps {
  readonly result: ValidationReport['results'][number]
  readonly version: DatasetVersion
}

function summary(report: ValidationReport): string {
  const broken = report.results.filter((each) => !each.passed).length
  const rows = plural(report.rows, 'row')
  if (broken === 0) return `All ${report.results.length} checks hold over ${rows}`
  return `${broken} of ${plural(report.results.length, 'check')} found something in ${rows}`
}
