import { Button, Modal, NativeSelect, TextInput } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { operations } from '#contract'
import { ErrorState } from '../../design/error-state.tsx'
import { FileDrop } from '../../design/file-drop.tsx'
import { plural } from '../../design/format.ts'
import { Icon } from '../../design/icons.tsx'
import { useGo } from '../../design/link.tsx'
import { showToast } from '../../design/toast.tsx'
import { useUpload } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'
import { previewCsv, type CsvPreview } from './csv-preview.ts'

/** How much of a file is looked at before it is sent. */
const sampleBytes = 256 * 1024

interface ImportDialogProps {
  /** The dataset that gets a new version; a name is asked for when there is none. */
  readonly dataset?: string
  readonly onClose: () => void
}

export function ImportDialog({ dataset, onClose }: ImportDialogProps): ReactNode {
  const [file, setFile] = useState<File>()
  const [preview, setPreview] = useState<CsvPreview>()
  const [name, setName] = useState(dataset ?? '')
  const [label, setLabel] = useState('')
  const [nullValues, setNullValues] = useState('')
  const go = useGo()
  const upload = useUpload(operations.datasets.import, {
    onDone: ({ version, unchanged }) => {
      showToast(
        'good',
        unchanged
          ? `The bytes are those of version ${version.version}; nothing new.`
          : `Version ${version.version} of ${version.dataset}: ${plural(version.rows, 'row')}`,
      )
      onClose()
      go(paths.dataset(version.dataset, { version: version.version }))
    },
  })

  const take = async (taken: File) => {
    setFile(taken)
    upload.reset()
    if (name === '') setName(taken.name.replace(/\.\w+$/, ''))
    if (!/\.(csv|tsv|txt)$/i.test(taken.name)) return setPreview(undefined)
    const text = await taken.slice(0, sampleBytes).text()
    setPreview(previewCsv(text, taken.size <= sampleBytes))
  }

  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={dataset === undefined ? 'Import a file' : `New version of ${dataset}`}
    >
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (file === undefined) return
          upload.mutate({
            input: {
              name,
              file: file.name,
              ...(label === '' ? {} : { label }),
              ...(nullValues === '' ? {} : { nullValues }),
            },
            body: file,
          })
        }}
      >
        <FileDrop
          label="Drop a CSV, Parquet or JSON Lines file here, or choose one"
          accept=".csv,.tsv,.txt,.parquet,.jsonl,.ndjson"
          file={file}
          onFile={(taken) => void take(taken)}
        />
        {preview !== undefined && <Preview preview={preview} />}
        {file !== undefined && (
          <div className="columns">
            {dataset === undefined && (
              <TextInput
                label="Name"
                required
                value={name}
                onChange={(event) => setName(event.currentTarget.value)}
              />
            )}
            {dataset === undefined && preview !== undefined && (
              <NativeSelect
                label="Column to predict"
                data={['', ...preview.columns]}
                value={label}
                onChange={(event) => setLabel(event.currentTarget.value)}
              />
            )}
            <TextInput
              label="Texts that mean missing"
              placeholder="?, NA, -999"
              value={nullValues}
              onChange={(event) => setNullValues(event.currentTarget.value)}
            />
          </div>
        )}
        {upload.isError && <ErrorState error={upload.error} />}
        <div className="line" style={{ justifyContent: 'flex-end' }}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={upload.isPending} disabled={file === undefined}>
            Import
          </Button>
        </div>
      </form>
    </Modal>
  )
}

function Preview({ preview }: { preview: CsvPreview }): ReactNode {
  return (
    <div className="stack">
      {preview.problems.length > 0 && (
        <div className="notice attention" role="alert">
          <Icon name="attention" />
          <ul className="plain-list">
            {preview.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      )}
      <div className="grid-scroll" tabIndex={0} role="region" aria-label="First rows of the file">
        <table className="grid">
          <thead>
            <tr>
              {preview.columns.map((column, index) => (
                <th key={index} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.rows.map((row, index) => (
              <tr key={index}>
                {row.map((cell, at) => (
                  <td key={at}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}
