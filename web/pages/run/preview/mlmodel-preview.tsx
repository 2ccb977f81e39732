import { SegmentedControl } from '@mantine/core'
import { useMemo, useState, type ReactNode } from 'react'
import { CodeBlock } from '../../../design/code-block.tsx'
import { CodeView } from '../../../design/code-view.tsx'
import { KeyValue } from '../../../design/key-value.tsx'
import { FileText } from './file-text.tsx'
import { readMlmodel, type Mlmodel, type ModelColumn } from './mlmodel.ts'
import type { FileOf } from './use-file.ts'
import { serverAddress } from '../../../app/place.ts'

/** What a model reads and answers, how to load it, and the file itself. */
export function MlmodelPreview({ file }: { file: FileOf }): ReactNode {
  return <FileText file={file}>{(text) => <MlmodelView text={text} file={file} />}</FileText>
}

function MlmodelView({ text, file }: { text: string; file: FileOf }): ReactNode {
  const [asText, setAsText] = useState(false)
  const read = useMemo(() => readOrProblem(text), [text])
  return (
    <div className="stack wide">
      <SegmentedControl
        size="xs"
        aria-label="How to show it"
        style={{ alignSelf: 'flex-start' }}
        value={asText ? 'Text' : 'Model'}
        onChange={(value) => setAsText(value === 'Text')}
        data={['Model', 'Text']}
      />
      {asText || typeof read === 'string' ? (
        <>
          {typeof read === 'string' && <p className="notice attention">It is no YAML: {read}</p>}
          <CodeView code={text} path={file.path} />
        </>
      ) : (
        <ModelView model={read} uri={uriOf(file)} />
      )}
    </div>
  )
}

function ModelView({ model, uri }: { model: Mlmodel; uri: string }): ReactNode {
  return (
    <>
      <p className="line">
        {model.flavors.map((flavor) => (
          <span key={flavor} className="tag">
            {flavor}
          </span>
        ))}
      </p>
      <Columns title="It reads" columns={model.inputs} none="The signature names no inputs." must />
      <Columns title="It answers" columns={model.outputs} none="The signature names no outputs." />
      {model.params.length > 0 && <Columns title="It can be told" columns={model.params} />}
      <section className="stack tight">
        <h3>Use it</h3>
        <CodeBlock label="code that predicts with it" code={snippet(uri)} />
      </section>
      <KeyValue facts={model.facts.map(([name, value]) => [name, value])} />
    </>
  )
}

function Columns({ title, columns, none, must = false }: ColumnsProps): ReactNode {
  return (
    <section className="stack tight">
      <h3>{title}</h3>
      {columns.length === 0 ? (
        <p className="muted small">{none}</p>
      ) : (
        <div className="grid-scroll" tabIndex={0} role="region" aria-label={title}>
          <table className="grid">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Type</th>
                {must && <th scope="col">Must be given</th>}
              </tr>
            </thead>
            <tbody>
              {columns.map(({ name, type, required }) => (
                <tr key={name}>
                  <td>{name}</td>
                  <td className="mono">{type}</td>
                  {must && <td>{required ? 'yes' : 'no'}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}

interface ColumnsProps {
  readonly title: string
  readonly columns: readonly ModelColumn[]
  readonly none?: string
  readonly must?: boolean
}

function uriOf({ owner, path }: FileOf): string {
  const folder = path.split('/').slice(0, -1).join('/')
  const base = owner.startsWith('m-') ? `models:/${owner}` : `runs:/${owner}`
  return folder === '' ? base : `${base}/${folder}`
}

function snippet(uri: string): string {
  return `import mlflow

mlflow.set_tracking_uri("${serverAddress}")
model = mlflow.pyfunc.load_model("${uri}")
model.predict(rows)`
}

function readOrProblem(text: string): Mlmodel | string {
  try {
    return readMlmodel(text)
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  }
}
