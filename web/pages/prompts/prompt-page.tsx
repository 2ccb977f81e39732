import { Button, NativeSelect } from '@mantine/core'
import { useMemo, useState, type ReactNode } from 'react'
import { operations, type Prompt, type PromptVersion } from '#contract'
import { Card } from '../../design/card.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { CopyButton } from '../../design/copy-button.tsx'
import { KeyValue } from '../../design/key-value.tsx'
import { Page } from '../../design/page.tsx'
import { When } from '../../design/when.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { Read } from '../../app/read-state.tsx'
import { usePathPart, useSearchState } from '../../app/search-state.ts'
import { serverAddress } from '../../app/place.ts'
import { useMay } from '../../app/session.ts'
import { AliasPrompt } from './alias-prompt.tsx'
import { diffLines } from './text-diff.ts'
import { WritePrompt } from './write-prompt.tsx'
import './prompts.css'

/** One prompt: its versions, the text of the chosen one, and what another one differs in. */
export function PromptPage(): ReactNode {
  const name = usePathPart('name')
  const read = useRead(operations.prompts.get, { name })
  return (
    <Page
      title={name}
      crumbs={[{ name: 'Prompts', href: paths.prompts }]}
      intro={read.data?.prompt.description}
    >
      <Read of={read} lines={10}>
        {({ prompt, versions }) => <Versions prompt={prompt} versions={versions} />}
      </Read>
    </Page>
  )
}

function Versions({ prompt, versions }: VersionsProps): ReactNode {
  const { name } = prompt
  const [search, change] = useSearchState()
  const [asking, setAsking] = useState<'version' | 'alias'>()
  const mayWrite = useMay('models:write')
  const mayPromote = useMay('models:promote')
  const close = () => setAsking(undefined)
  const byNumber = (text: string | undefined) =>
    versions.find((each) => String(each.version) === text)
  const shown = byNumber(search.version) ?? versions[0]
  const other = byNumber(search.against)
  const writing = asking === 'version' && (
    <WritePrompt
      name={name}
      text={shown?.text ?? ''}
      onClose={close}
      onDone={(_, { version }) => {
        close()
        change({ version: String(version), against: shown && String(shown.version) })
      }}
    />
  )
  const write = mayWrite && shown?.kind !== 'chat' && (
    <Button size="xs" variant="default" onClick={() => setAsking('version')}>
      New version
    </Button>
  )
  if (shown === undefined) {
    return (
      <div className="stack">
        <p className="muted">It has no version yet.</p>
        {write}
        {writing}
      </div>
    )
  }
  return (
    <div className="prompt-view">
      {writing}
      {asking === 'alias' && (
        <AliasPrompt prompt={prompt} version={shown.version} onClose={close} />
      )}
      <Card title="Versions" aside={write}>
        <ul className="plain-list prompt-versions">
          {versions.map((each) => (
            <li key={each.version}>
              <button
                type="button"
                aria-current={each === shown ? 'true' : undefined}
                onClick={() => change({ version: String(each.version) })}
              >
                <span className="line">
                  <strong>Version {each.version}</strong>
                  {each.aliases.map((alias) => (
                    <span key={alias} className="tag sand">
                      {alias}
                    </span>
                  ))}
                </span>
                <span className="muted small">
                  {each.message === '' ? '' : `${each.message} · `}
                  <When time={each.createdAt} />
                </span>
              </button>
            </li>
          ))}
        </ul>
      </Card>
      <div className="stack">
        <Card
          title={`Version ${shown.version}`}
          aside={
            <>
              <NativeSelect
                size="xs"
                aria-label="Compare with"
                data={[
                  { value: '', label: 'Alone' },
                  ...versions
                    .filter((each) => each !== shown)
                    .map(({ version }) => ({
                      value: String(version),
                      label: `Against version ${version}`,
                    })),
                ]}
                value={other === undefined || other === shown ? '' : String(other.version)}
                onChange={(event) => change({ against: event.currentTarget.value })}
              />
              {mayPromote && (
                <Button size="xs" variant="default" onClick={() => setAsking('alias')}>
                  Alias …
                </Button>
              )}
              <CopyButton text={shown.text} what="Copy the text" />
            </>
          }
        >
          {other === undefined || other === shown ? (
            <pre className="prompt-text" tabIndex={0} role="region" aria-label="Text">
              <Template text={shown.text} />
            </pre>
          ) : (
            <Differences before={other} after={shown} />
          )}
        </Card>
        <Card title="Use it">
          <div className="stack">
            <KeyValue
              facts={[
                [
                  'Filled in',
                  shown.variables.length === 0 ? 'nothing' : shown.variables.join(', '),
                ],
                ['By', shown.createdBy],
                ...Object.entries(shown.tags),
              ]}
            />
            <CodeBlock
              label="code that loads it"
              code={`import mlflow\n\nmlflow.set_tracking_uri("${serverAddress}")\nprompt = mlflow.genai.load_prompt("prompts:/${name}/${shown.version}")`}
            />
          </div>
        </Card>
      </div>
    </div>
  )
}

interface VersionsProps {
  readonly prompt: Prompt
  readonly versions: readonly PromptVersion[]
}

/** A text with what is filled in set apart. */
function Template({ text }: { text: string }): ReactNode {
  return text.split(/(\{\{\s*[\w.]+\s*\}\})/g).map((part, index) =>
    index % 2 === 1 ? (
      <mark key={index} className="prompt-variable">
        {part}
      </mark>
    ) : (
      part
    ),
  )
}

const signs = { same: ' ', added: '+', removed: '−' } as const

function Differences({ before, after }: DifferencesProps): ReactNode {
  const lines = useMemo(() => diffLines(before.text, after.text), [before, after])
  return (
    <pre className="prompt-text" tabIndex={0} role="region" aria-label="Differences">
      {lines.map(({ kind, text }, index) => (
        <span key={index} className={`diff-line ${kind}`}>
          {signs[kind]} {text}
          {'\n'}
        </span>
      ))}
    </pre>
  )
}

interface DifferencesProps {
  readonly before: PromptVersion
  readonly after: PromptVersion
}
