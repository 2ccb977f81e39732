import type { ReactNode } from 'react'
import { Card } from '../../design/card.tsx'
import { Command } from '../../design/code-block.tsx'
import { Link } from '../../design/link.tsx'
import { paths } from '../../app/paths.ts'
import { Wheel } from './wheel.tsx'

/** What a new home shows: the way to a first loop. */
export function FirstSteps(): ReactNode {
  return (
    <Card title="No loop turns here yet">
      <div className="two-thirds">
        <ol className="steps">
          <li>
            <h3>See one turn first</h3>
            <p className="muted">
              The demonstration takes a small public data set round the whole loop in under a
              minute.
            </p>
            <Command line="tidemill demo" />
          </li>
          <li>
            <h3>Bring in your own data</h3>
            <p className="muted">
              Drop a CSV, Parquet or JSON Lines file on <Link href={paths.datasets}>Datasets</Link>,
              or import it from the command line.
            </p>
            <Command line="tidemill data import my-data data.csv --label outcome" />
          </li>
          <li>
            <h3>Train, register and serve a model</h3>
            <p className="muted">
              A template brings a pipeline, a gate, an endpoint, a monitor and a policy, all in one
              file.
            </p>
            <Command line="tidemill init --template diabetes my-project" />
          </li>
          <li>
            <h3>Make it so</h3>
            <p className="muted">
              Apply reads tidemill.yaml; repro runs what changed. The loop then appears here.
            </p>
            <Command line="tidemill apply && tidemill repro" />
          </li>
        </ol>
        <div className="idle-wheel">
          <Wheel healths={Array.from({ length: 9 }, () => 'none' as const)} />
        </div>
      </div>
    </Card>
  )
}
