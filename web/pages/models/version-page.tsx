import { lazy, Suspense, type ReactNode } from 'react'
import {
  measuredNumber,
  operations,
  TidemillError,
  type ModelVersion,
  type RunDataset,
} from '#contract'
import { Card } from '../../design/card.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { DigestText } from '../../design/digest.tsx'
import { formatBytes, formatTime } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { KeyValue } from '../../design/key-value.tsx'
import { Link } from '../../design/link.tsx'
import { NumberText } from '../../design/number-text.tsx'
import { Page } from '../../design/page.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { Stat, StatRow } from '../../design/stat.tsx'
import { downloadHref, useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart, useSearchState } from '../../app/search-state.ts'
import { serverAddress } from '../../app/place.ts'
import { AbsentVersion } from './absent-version.tsx'
import { BreaksCard } from './breaks-card.tsx'
import { GateCard } from './gate-card.tsx'
import { GatePill } from './gate-pill.tsx'
import { IntegrityCard } from './integrity-card.tsx'
import { VersionDescription, VersionTags } from './model-about.tsx'
import { Promote } from './promote.tsx'
import { SignatureCards } from './signature-cards.tsx'
import { TendMenu } from './tend-menu.tsx'
import './models.css'

const CardEditor = lazy(async () => ({ default: (await import('./card-editor.tsx')).CardEditor }))

/** One version of a model with all that speaks for or against it. */
export function VersionPage(): ReactNode {
  const name = usePathPart('name')
  const number = Number(usePathPart('version'))
  const [search, setSearch] = useSearchState()
  const read = useRead(operations.models.version, { name, version: number })
  const version = read.data?.version
  const title = `Version ${number}`
  const crumbs = [
    { name: 'Models', href: paths.models },
    { name, href: paths.model(name) },
  ]
  if (read.error instanceof TidemillError && read.error.code === 'not_found') {
    return (
      <Page title={title} crumbs={crumbs}>
        <AbsentVersion model={name} version={number} error={read.error} />
      </Page>
    )
  }
  return (
    <Page
      {...{ title, crumbs }}
      status={
        version && (
          <>
            {version.aliases.map((alias) => (
              <span key={alias} className="tag sand">
                {alias}
              </span>
            ))}
            <GatePill gate={version.gate} />
          </>
        )
      }
      actions={version && <VersionActions version={version} />}
    >
      <Read of={read} lines={12}>
        {({ version, gates }) => (
          <>
            <StatRow>
              {Object.entries(version.metrics)
                .slice(0, 8)
                .map(([metric, value]) => (
                  <Stat
                    key={metric}
                    name={metric}
                    value={<NumberText value={measuredNumber(value)} />}
                  />
                ))}
            </StatRow>
            <div className="two-thirds">
              <div className="stack">
                <VersionDescription version={version} />
                <Suspense fallback={<Skeleton lines={8} />}>
                  <CardEditor version={version} />
                </Suspense>
                <GateCard
                  version={version}
                  gates={gates}
                  chosen={search.gate}
                  onChoose={(gate) => setSearch({ gate })}
                />
                <BreaksCard model={name} version={number} />
              </div>
              <div className="stack">
                <Card title="Made from">
                  <Origin version={version} />
                </Card>
                <VersionTags version={version} />
                <IntegrityCard version={version} />
                <SignatureCards
                  signature={version.signature}
                  ofMlmodel={version.format === 'mlflow'}
                  inputExample={version.inputExample}
                />
                {version.format !== 'onnx' && (
                  <Card title="Loaded by MLflow">
                    <p className="muted small">
                      Its files are not ONNX, so endpoints here cannot serve it. MLflow loads it:
                    </p>
                    <CodeBlock
                      label="how to load it"
                      code={`import mlflow\n\nmlflow.set_tracking_uri("${serverAddress}")\nmodel = mlflow.pyfunc.load_model("models:/${version.model}/${version.version}")`}
                    />
                  </Card>
                )}
                {Object.keys(version.params).length > 0 && (
                  <Card title="Parameters">
                    <KeyValue facts={Object.entries(version.params)} />
                  </Card>
                )}
              </div>
            </div>
          </>
        )}
      </Read>
    </Page>
  )
}

function VersionActions({ version }: { version: ModelVersion }): ReactNode {
  const { model: name, version: number } = version
  return (
    <>
      <Link className="button-link" href={paths.lineage({ kind: 'model', name, version: number })}>
        <Icon name="lineage" size={16} /> Lineage
      </Link>
      {version.format === 'onnx' && (
        <a
          className="button-link"
          href={downloadHref(operations.models.download, { name, version: number })}
          download={`${name}-${number}.onnx`}
        >
          <Icon name="download" size={16} /> ONNX
        </a>
      )}
      <Promote version={version} />
      <TendMenu model={name} version={number} />
    </>
  )
}

function Origin({ version }: { version: ModelVersion }): ReactNode {
  const isMade = { enabled: version.run !== undefined }
  const made = useRead(operations.runs.get, { run: version.run ?? '', files: false }, isMade)
  const about = useRead(operations.runs.about, { run: version.run ?? '' }, isMade)
  const read = about.data?.datasets ?? []
  const { run, experiment, dataset, datasetVersion, dataDigest, code, digest, size, stage } =
    version
  return (
    <KeyValue
      facts={[
        run !== undefined && [
          'Run',
          <Link key="run" href={paths.run(run)}>
            {made.data?.run.name ?? experiment ?? run}
          </Link>,
        ],
        dataset !== undefined && [
          'Data',
          <Link key="data" href={paths.dataset(dataset, { version: datasetVersion })}>
            {dataset}
            {datasetVersion === undefined ? '' : ` version ${datasetVersion}`}
          </Link>,
        ],
        read.length > 0 && ['Data sets', <ReadData key="read" datasets={read} />],
        dataDigest !== undefined && ['Data digest', <DigestText key="dd" digest={dataDigest} />],
        code !== undefined && ['Code', <DigestText key="code" digest={code} />],
        ['Model digest', <DigestText key="digest" digest={digest} />],
        ['Size', formatBytes(size)],
        stage !== 'None' && ['Stage (MLflow)', stage],
        ['Registered', `${formatTime(version.createdAt)} by ${version.createdBy}`],
      ]}
    />
  )
}

/** What the run says it read, as its writer named it. */
function ReadData({ datasets }: { datasets: readonly RunDataset[] }): ReactNode {
  return (
    <ul className="plain-list">
      {datasets.map(({ name, digest, context }) => (
        <li key={`${name} ${digest} ${context ?? ''}`} className="line">
          <span className="wrap-anywhere">{name}</span>
          {context !== undefined && <span className="tag">{context}</span>}
          <code className="muted">{digest}</code>
        </li>
      ))}
    </ul>
  )
}
