import { useState, type ReactNode } from 'react'

/** How many entries of one list stand under one heading. */
const chunk = 100

/** A value as a tree to open and close; what is closed is not drawn, so size does not matter. */
export function JsonTree({ value, label }: { value: unknown; label: string }): ReactNode {
  return (
    <div className="json" role="group" aria-label={label}>
      <Node value={value} open />
    </div>
  )
}

interface NodeProps {
  readonly name?: string
  readonly value: unknown
  readonly open?: boolean
}

function Node({ name, value, open: first = false }: NodeProps): ReactNode {
  const [open, setOpen] = useState(first)
  const key = name === undefined ? null : <span className="json-key">{name}: </span>
  if (typeof value !== 'object' || value === null) {
    return (
      <div className="json-leaf">
        {key}
        <Leaf value={value} />
      </div>
    )
  }
  const entries: readonly (readonly [string, unknown])[] = Array.isArray(value)
    ? value.map((each, index) => [String(index), each] as const)
    : Object.entries(value)
  const size = Array.isArray(value) ? `[${entries.length}]` : `{${entries.length}}`
  if (entries.length === 0) {
    return (
      <div className="json-leaf">
        {key}
        <span className="muted">{Array.isArray(value) ? '[]' : '{}'}</span>
      </div>
    )
  }
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {key}
        <span className="muted">{size}</span>
      </summary>
      {open && <Entries entries={entries} />}
    </details>
  )
}

function Entries({ entries }: { entries: readonly (readonly [string, unknown])[] }): ReactNode {
  if (entries.length <= chunk) {
    return (
      <div className="json-inside">
        {entries.map(([name, value]) => (
          <Node key={name} name={name} value={value} open={entries.length === 1} />
        ))}
      </div>
    )
  }
  const starts = Array.from({ length: Math.ceil(entries.length / chunk) }, (_, i) => i * chunk)
  return (
    <div className="json-inside">
      {starts.map((start) => (
        <Part key={start} start={start} entries={entries.slice(start, start + chunk)} />
      ))}
    </div>
  )
}

function Part({ start, entries }: PartProps): ReactNode {
  const [open, setOpen] = useState(start === 0)
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="muted">
        {start} … {start + entries.length - 1}
      </summary>
      {open && <Entries entries={entries} />}
    </details>
  )
}

interface PartProps {
  readonly start: number
  readonly entries: readonly (readonly [string, unknown])[]
}

function Leaf({ value }: { value: unknown }): ReactNode {
  if (typeof value === 'string') return <span className="code-text">{JSON.stringify(value)}</span>
  return <span className="code-number">{String(value)}</span>
}
