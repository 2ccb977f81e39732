import type { ReactNode } from 'react'
import type { Loop } from '#contract'
import { worstHealth } from '../../design/health.ts'
import { Link } from '../../design/link.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { paths } from '../../app/paths.ts'
import { Race } from './race.tsx'

/** One model’s loop and what happened in it last. */
export function LoopCard({ loop }: { loop: Loop }): ReactNode {
  const health = worstHealth(loop.parts.map((part) => part.health))
  const id = `loop-${loop.model}`
  return (
    <section className="card loop-card" aria-labelledby={id}>
      <header className="loop-head">
        <div className="line">
          <h2 id={id}>
            <Link href={paths.model(loop.model)}>{loop.model}</Link>
          </h2>
          <StatusPill health={health} word={words[health]} />
        </div>
        {loop.description !== '' && <p className="muted">{loop.description}</p>}
      </header>
      <Race loop={loop} />
      <div className="loop-events">
        <h3>What happened</h3>
        {loop.events.length === 0 ? (
          <p className="muted small">Nothing yet.</p>
        ) : (
          <ol>
            {loop.events.slice(0, 12).map((event) => (
              <li key={`${event.time} ${event.part} ${event.text}`}>
                <When time={event.time} />
                <Link href={event.href}>{event.text}</Link>
              </li>
            ))}
          </ol>
        )}
      </div>
    </section>
  )
}

const words = {
  none: 'not running yet',
  good: 'running well',
  busy: 'working',
  attention: 'wants a person',
  bad: 'broken',
} as const
