import { ActionIcon, Tooltip } from '@mantine/core'
import { useEffect, useState, type ReactNode } from 'react'
import { Icon } from './icons.tsx'

/** Copies a text, and says that it did. */
export function CopyButton({ text, what = 'Copy' }: { text: string; what?: string }): ReactNode {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1500)
    return () => clearTimeout(timer)
  }, [copied])
  const label = copied ? 'Copied' : what
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        size="sm"
        aria-label={label}
        onClick={() => void copyText(text).then(setCopied)}
      >
        <Icon name={copied ? 'good' : 'copy'} size={15} />
      </ActionIcon>
    </Tooltip>
  )
}

/** Whether the text is on the clipboard now; a page without TLS off loopback has only the old way to it. */
async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard === undefined) return copySelected(text)
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  )
}

function copySelected(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.style.position = 'fixed'
  field.style.opacity = '0'
  const focused = document.activeElement
  // Inside the dialog, if there is one: it lets the focus go nowhere else.
  const host = focused?.closest('[role=dialog]') ?? document.body
  host.append(field)
  field.select()
  const done = document.execCommand('copy')
  field.remove()
  if (focused instanceof HTMLElement) focused.focus()
  return done
}
