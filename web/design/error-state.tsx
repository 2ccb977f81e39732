import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { TidemillError } from '#contract'
import { Icon } from './icons.tsx'

/** What went wrong and what to do, in the words of the error catalogue. */
export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }): ReactNode {
  const { message, hint } = describeError(error)
  return (
    <div className="problem" role="alert">
      <Icon name="attention" size={20} />
      <div className="stack tight">
        <strong>{message}</strong>
        {hint !== undefined && <p>{hint}</p>}
        {retry !== undefined && (
          <div>
            <Button size="xs" variant="default" onClick={retry}>
              Try again
            </Button>
          </div>
        )}
      </div>
    </div>
  )
}

export function describeError(error: unknown): { message: string; hint?: string } {
  if (error instanceof TidemillError) {
    const { message, hint } = error
    return hint === '' ? { message } : { message, hint }
  }
  return { message: error instanceof Error ? error.message : String(error) }
}
