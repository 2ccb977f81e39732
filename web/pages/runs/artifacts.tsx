import { useState, type ReactNode } from 'react'
import { operations, type Artifact } from '#contract'
import { Card } from '../../design/card.tsx'
import { DigestText } from '../../design/digest.tsx'
import { formatBytes, plural } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { downloadHref } from '../../app/api.tsx'
import { ArtifactPreview } from './artifact-preview.tsx'

/** The files of a run: names on the left, the chosen one on the right. */
export function Artifacts({ run, artifacts }: ArtifactsProps): ReactNode {
  const [chosen, setChosen] = useState<string>()
  const shown = artifacts.find((each) => each.path === chosen) ?? artifacts[0]
  if (shown === undefined) {
    return (
      <Card title="Files">
        <p className="muted small">This run has stored no files.</p>
      </Card>
    )
  }
  return (
    <Card title={plural(artifacts.length, 'file')}>
      <div className="artifacts">
        <ul className="plain-list" aria-label="Files">
          {artifacts.map((each) => (
            <li key={each.path}>
              <button
                type="button"
                aria-current={each === shown ? 'true' : undefined}
                onClick={() => setChosen(each.path)}
              >
                <span className="wrap-anywhere">{each.path}</span>
                <span className="muted small">{formatBytes(each.size)}</span>
              </button>
            </li>
          ))}
        </ul>
        <div className="stack">
          <div className="line spread">
            <strong className="wrap-anywhere">{shown.path}</strong>
            <span className="line">
              <DigestText digest={shown.digest} />
              <a
                className="button-link"
                href={downloadHref(operations.runs.artifact, { run, path: shown.path })}
                download={shown.path.split('/').at(-1)}
              >
                <Icon name="download" size={15} /> Download
              </a>
            </span>
          </div>
          <ArtifactPreview key={shown.digest} run={run} artifact={shown} />
        </div>
      </div>
    </Card>
  )
}

interface ArtifactsProps {
  readonly run: string
  readonly artifacts: readonly Artifact[]
}
