import type { UseQueryResult } from '@tanstack/react-query'
import { useEffect, useRef, type ReactNode } from 'react'
import { Card } from '../../design/card.tsx'
import { formatBytes } from '../../design/format.ts'
import { Read } from '../../app/read-state.tsx'

interface Log {
  readonly text: string
  readonly bytes: number
  readonly running: boolean
}

/** A log; of what runs, its end stays in sight. */
export function LogCard({ title, read }: { title: string; read: UseQueryResult<Log> }): ReactNode {
  const box = useRef<HTMLPreElement>(null)
  const { text, running = false, bytes } = read.data ?? {}
  useEffect(() => {
    const element = box.current
    if (element !== null && running) element.scrollTop = element.scrollHeight
  }, [text, running])
  return (
    <Card
      title={title}
      aside={
        bytes !== undefined && (
          <span className="muted small">
            {formatBytes(bytes)}
            {running && ', live'}
          </span>
        )
      }
    >
      <Read of={read} lines={6}>
        {(log) => (
          <pre className="stage-log" ref={box} tabIndex={0} aria-label={title}>
            {log.text === '' ? 'It said nothing.' : log.text}
          </pre>
        )}
      </Read>
    </Card>
  )
}
