import type { ReactNode } from 'react'
import type { Health } from '#contract'
import { healthWords } from './health.ts'
import { Icon } from './icons.tsx'

/** A state in colour, sign and word, so that none of the three is needed alone. */
export function StatusPill({ health, word }: { health: Health; word?: string }): ReactNode {
  return (
    <span className={`pill ${health}`}>
      <Icon name={health} size={13} />
      {word ?? healthWords[health]}
    </span>
  )
}
