import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { measuredNumber, operations, type LoggedModel, type OutputOf } from '#contract'
import { Card } from '../../design/card.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { DigestText } from '../../design/digest.tsx'
import { formatTime } from '../../design/format.ts'
import { KeyValue } from '../../design/key-value.tsx'
import { Link, useGo } from '../../design/link.tsx'
import { Page } from '../../design/page.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart, useSearchState } from '../../app/search-state.ts'
import { useMay } from '../../app/session.ts'
import { serverAddress } from '../../app/place.ts'
import { SignatureCards } from '../models/signature-cards.tsx'
import { ArtifactBrowser } from '../run/artifact-browser.tsx'
import { RegisterDialog } from '../run/register-dialog.tsx'
import { ValueTable } from '../run/value-table.tsx'
import { loggedModelHealth, metricName } from './logged-model-state.ts'
import '../run/run.css'

type Got = OutputOf<typeof operations.loggedModels.get>

/** One model as training left it: what it was made with, what was measured on it, its files, and its versions. */
export function LoggedModelPage(): ReactNode {
  const id = usePathPart('id')
  const [search, change] = useSearchState()
  const read = useRead(operations.loggedModels.get, { model: id })
  const model = read.data?.model
  return (
    <Page
      title={model?.name ?? id}
      crumbs={[
        { name: 'Models', href: paths.models },
        { name: 'Logged models', href: paths.loggedModels() },
      ]}
      status={model && <StatusPill health={loggedModelHealth[model.status]} word={model.status} />}
      intro={model && `Logged ${formatTime(model.createdAt)}.`}
      actions={model && <Register model={model} />}
    >
      <Read of={read} lines={10}>
        {(got) => (
          <Tabs
            label="Parts of the model"
            selected={search.tab}
            onSelect={(tab) => change({ tab, file: undefined })}
            tabs={[
              { id: 'overview', name: 'Overview', render: () => <Overview got={got} /> },
              {
                id: 'files',
                name: 'Files',
                render: () => <ArtifactBrowser owner={got.model.id} />,
              },
            ]}
          />
        )}
      </Read>
    </Page>
  )
}

function Overview({ got: { model, versions } }: { got: Got }): ReactNode {
  const own = Object.entries(model.tags).filter(([key]) => !key.startsWith('mlflow.'))
  return (
    <div className="two-thirds">
      <div className="stack">
        <ValueTable
          title="Metrics"
          empty="Nothing was measured on it yet."
          rows={model.metrics.map((each) => ({
            name: metricName(each),
            value: measuredNumber(each.value),
          }))}
        />
        <ValueTable
          title="Parameters"
          empty="None were logged."
          rows={Object.entries(model.params).map(([name, value]) => ({
            name,
            value,
          }))}
        />
      </div>
      <div className="stack">
        <Card title="Made from">
          <KeyValue
            facts={[
              ['Model', <DigestText key="model" digest={model.id} />],
              model.type !== '' && ['Kind', model.type],
              [
                'Experiment',
                <Link key="experiment" href={paths.experiment(model.experiment)}>
                  {model.experiment}
                </Link>,
              ],
              model.run !== undefined && [
                'Run',
                <Link key="run" href={paths.run(model.run)}>
                  {model.run.slice(0, 10)}
                </Link>,
              ],
              ...own,
            ]}
          />
        </Card>
        <Signature model={model.id} />
        <Card title="Registered as">
          {versions.length === 0 ? (
            <p className="muted small">Nobody has registered it yet.</p>
          ) : (
            <ul className="plain-list run-list">
              {versions.map(({ model: name, version, aliases }) => (
                <li key={`${name} ${version}`}>
                  <Link href={paths.modelVersion(name, version)}>
                    {name} version {version}
                  </Link>
                  {aliases.map((alias) => (
                    <span key={alias} className="tag sand">
                      {alias}
                    </span>
                  ))}
                </li>
              ))}
            </ul>
          )}
        </Card>
        <Card title="Load it">
          <CodeBlock
            label="code that loads it"
            code={`import mlflow\n\nmlflow.set_tracking_uri("${serverAddress}")\nmodel = mlflow.pyfunc.load_model("models:/${model.id}")`}
          />
        </Card>
      </div>
    </div>
  )
}

function Signature({ model }: { model: string }): ReactNode {
  const read = useRead(operations.loggedModels.signature, { model })
  return (
    <Read of={read}>
      {({ signature, inputExample, exampleFile }) => (
        <SignatureCards
          {...{ signature, inputExample }}
          ofMlmodel
          example={
            exampleFile === undefined
              ? undefined
              : { path: exampleFile, href: paths.loggedModelFiles(model, exampleFile) }
          }
        />
      )}
    </Read>
  )
}

function Register({ model }: { model: LoggedModel }): ReactNode {
  const [open, setOpen] = useState(false)
  const go = useGo()
  const may = useMay('models:write')
  const register = useAct(operations.loggedModels.register, {
    quiet: true,
    done: ({ version }) => `Registered as version ${version.version} of ${version.model}`,
    onDone: ({ version }) => go(paths.modelVersion(version.model, version.version)),
  })
  if (!may) return null
  return (
    <>
      <Button onClick={() => setOpen(true)}>Register as model</Button>
      {open && (
        <RegisterDialog
          busy={register.isPending}
          error={register.error}
          onClose={() => setOpen(false)}
          onRegister={(name) => register.mutate({ model: model.id, name })}
        />
      )}
    </>
  )
}
