import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import {
  operations,
  type FileState,
  type Health,
  type ModelVersion,
  type Verification,
} from '#contract'
import { Card } from '../../design/card.tsx'
import { CodeBlock } from '../../design/code-block.tsx'
import { DigestText } from '../../design/digest.tsx'
import { formatBytes } from '../../design/format.ts'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'

/** Files of a size that nobody waits for are read at once; others when somebody asks. */
const readAtOnce = 64 << 20

/** Whether the files are those that were registered, and whose signatures count. */
export function IntegrityCard({ version }: { version: ModelVersion }): ReactNode {
  const [asked, setAsked] = useState(false)
  const read = useRead(
    operations.models.verify,
    { name: version.model, version: version.version },
    { enabled: asked || version.size <= readAtOnce },
  )
  return (
    <Card
      title="Files and signatures"
      aside={
        <Button
          size="xs"
          variant="default"
          loading={read.isFetching}
          onClick={() => (asked ? void read.refetch() : setAsked(true))}
        >
          Verify
        </Button>
      }
    >
      {read.data === undefined && !read.isFetching && !read.isError ? (
        <p className="muted small">
          {formatBytes(version.size)} to read again; verify when you like.
        </p>
      ) : (
        <Read of={read} lines={4}>
          {(verification) => <Verified of={verification} />}
        </Read>
      )}
    </Card>
  )
}

const healthOf: Readonly<Record<FileState['state'], Health>> = {
  same: 'good',
  changed: 'bad',
  missing: 'bad',
  damaged: 'bad',
  added: 'attention',
}

function Verified({ of }: { of: Verification }): ReactNode {
  const { files, intact, manifest, signatures, problem, model, version } = of
  return (
    <div className="stack">
      {problem === undefined ? (
        <p className="line">
          <StatusPill
            health={intact ? 'good' : 'bad'}
            word={intact ? 'as registered' : 'changed'}
          />
          {manifest !== undefined && <DigestText digest={manifest.digest} />}
        </p>
      ) : (
        <div className="notice attention small">{problem}</div>
      )}
      {files.length > 0 && (
        <ul className="schema files">
          {files.map((file) => (
            <li key={file.path}>
              <span className="wrap-anywhere">{file.path}</span>
              <span className="line tight muted small">
                {file.size !== undefined && formatBytes(file.size)}
                {file.state !== 'same' && (
                  <StatusPill health={healthOf[file.state]} word={file.state} />
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      {signatures.length === 0 ? (
        <div className="stack tight">
          <p className="muted small">Nobody has signed it.</p>
          {manifest !== undefined && (
            <CodeBlock
              label="how to sign"
              code={`tidemill models sign ${model} ${version} --key release`}
            />
          )}
        </div>
      ) : (
        <ul className="rule-list bordered">
          {signatures.map((each) => (
            <li key={each.key}>
              <StatusPill
                health={each.valid ? 'good' : 'bad'}
                word={each.valid ? 'signed' : 'does not count'}
              />
              <div className="grow stack tight small">
                <strong>{each.keyName}</strong>
                <span className="muted">
                  {each.problem ?? (
                    <>
                      <When time={each.at} /> by {each.by}
                      {each.signedAs !== undefined && `, as ${each.signedAs}`}
                    </>
                  )}
                </span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
