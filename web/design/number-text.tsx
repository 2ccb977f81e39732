import type { ReactNode } from 'react'
import { exactNumber, formatNumber } from './format.ts'

interface NumberTextProps {
  readonly value: number | undefined
  readonly digits?: number
}

/** A number in a few digits; pointed at, and copied, it is whole. */
export function NumberText({ value, digits }: NumberTextProps): ReactNode {
  if (value === undefined) return '—'
  const shown = formatNumber(value, digits)
  const exact = exactNumber(value)
  if (shown === exact) return shown
  return (
    <span title={exact} data-exact={exact}>
      {shown}
    </span>
  )
}
