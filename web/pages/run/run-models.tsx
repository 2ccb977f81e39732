import type { ReactNode } from 'react'
import type { LoggedModel, RunAbout } from '#contract'
import { Card } from '../../design/card.tsx'
import { Link } from '../../design/link.tsx'
import { paths } from '../../app/paths.ts'

/** The models a run left and read, and the versions that were registered from it. */
export function RunModels({ about }: { about: RunAbout }): ReactNode {
  const { made, read, versions } = about
  if (made.length + read.length + versions.length === 0) return null
  return (
    <Card title="Models">
      <div className="stack">
        {versions.length > 0 && (
          <section className="stack tight">
            <h3>Registered</h3>
            <ul className="plain-list run-list">
              {versions.map(({ model, version, aliases }) => (
                <li key={`${model} ${version}`}>
                  <Link href={paths.modelVersion(model, version)}>
                    {model} version {version}
                  </Link>
                  {aliases.map((alias) => (
                    <span key={alias} className="tag sand">
                      {alias}
                    </span>
                  ))}
                </li>
              ))}
            </ul>
          </section>
        )}
        <LoggedModelList title="It made" models={made} />
        <LoggedModelList title="It read" models={read} />
      </div>
    </Card>
  )
}

function LoggedModelList({ title, models }: LoggedModelListProps): ReactNode {
  if (models.length === 0) return null
  return (
    <section className="stack tight">
      <h3>{title}</h3>
      <ul className="plain-list run-list">
        {models.map(({ id, name, type, status }) => (
          <li key={id}>
            <Link href={paths.loggedModel(id)}>{name}</Link>
            {type !== '' && <span className="tag">{type}</span>}
            {status !== 'ready' && <span className="muted small">{status}</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

interface LoggedModelListProps {
  readonly title: string
  readonly models: readonly LoggedModel[]
}
