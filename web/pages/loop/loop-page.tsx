import type { ReactNode } from 'react'
import { operations } from '#contract'
import { Page } from '../../design/page.tsx'
import { useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { FirstSteps } from './first-steps.tsx'
import { LoopCard } from './loop-card.tsx'
import './loop.css'

/** Home: each model’s loop as it is now. */
export function LoopPage(): ReactNode {
  const loop = useRead(operations.loop.get, {})
  return (
    <Page
      title="The loop"
      intro="From data to predictions and back. Each station shows its present state and leads to its page."
    >
      <Read of={loop} lines={10}>
        {({ loops }) =>
          loops.length === 0 ? (
            <FirstSteps />
          ) : (
            <div className="stack wide">
              {loops.map((each) => (
                <LoopCard key={each.model} loop={each} />
              ))}
            </div>
          )
        }
      </Read>
    </Page>
  )
}
