import type { ReactNode } from 'react'
import type { LoggedModel } from '#contract'
import { Card } from '../../design/card.tsx'
import { Link } from '../../design/link.tsx'
import { paths } from '../../app/paths.ts'
import { ArtifactBrowser } from './artifact-browser.tsx'

interface RunFilesProps {
  readonly run: string
  readonly made: readonly LoggedModel[]
}

/** The files of a run. Those of models that MLflow 3 logs lie with the models: who looks for them here is led there. */
export function RunFiles({ run, made }: RunFilesProps): ReactNode {
  return (
    <div className="stack wide">
      {made.length > 0 && (
        <Card title="Files of the models it made">
          <ul className="plain-list run-list">
            {made.map(({ id, name, type }) => (
              <li key={id}>
                <Link href={paths.loggedModelFiles(id)}>{name}</Link>
                {type !== '' && <span className="tag">{type}</span>}
              </li>
            ))}
          </ul>
        </Card>
      )}
      <ArtifactBrowser
        owner={run}
        {...(made.length > 0 && { empty: <p className="muted">It has no files of its own.</p> })}
      />
    </div>
  )
}
