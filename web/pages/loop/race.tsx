import type { ReactNode } from 'react'
import type { Loop, LoopPart } from '#contract'
import { healthWords } from '../../design/health.ts'
import { Icon } from '../../design/icons.tsx'
import { Link } from '../../design/link.tsx'
import { stations, type StationName } from './stations.ts'
import { Wheel } from './wheel.tsx'

/** The mill race: stations along the water, the wheel in its middle. */
export function Race({ loop }: { loop: Loop }): ReactNode {
  const parts = new Map(loop.parts.map((part) => [part.part, part]))
  return (
    <div className="race">
      <svg
        className="race-water"
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path className="bed" d={course} />
        <path className="flow" d={course} />
      </svg>
      <div className="race-hub">
        <Wheel healths={stations.map(({ part }) => parts.get(part)?.health ?? 'none')} />
        <HealthCounts parts={loop.parts} />
      </div>
      <ol className="stations">
        {stations.map(({ part, title, icon }, index) => (
          <li key={part} className={`station-${part}`}>
            <StationCard
              part={parts.get(part) ?? missing(part)}
              title={title}
              icon={icon}
              number={index + 1}
            />
          </li>
        ))}
      </ol>
    </div>
  )
}

/** Along the top, round the endpoint, back along the foot, and up to the data again. */
const course = 'M10 18H78C88 18 90 32 90 50S88 82 78 82H10V18Z'

/** How many stations are how; the cards say which. */
function HealthCounts({ parts }: { parts: readonly LoopPart[] }): ReactNode {
  const counts = (['bad', 'attention', 'busy', 'good', 'none'] as const)
    .map((health) => ({ health, count: parts.filter((part) => part.health === health).length }))
    .filter(({ count }) => count > 0)
  return (
    <ul className="race-counts" aria-label="Stations by state">
      {counts.map(({ health, count }) => (
        <li key={health} className={health}>
          <Icon name={health} size={13} />
          {count} {count > 1 && health === 'attention' ? 'need attention' : healthWords[health]}
        </li>
      ))}
    </ul>
  )
}

interface StationProps {
  readonly part: LoopPart
  readonly title: string
  readonly icon: Parameters<typeof Icon>[0]['name']
  readonly number: number
}

function StationCard({ part, title, icon, number }: StationProps): ReactNode {
  return (
    <Link href={part.href} className={`station ${part.health}`}>
      <span className="station-title">
        <Icon name={icon} size={16} />
        <span>{title}</span>
        <span className="station-number" aria-hidden="true">
          {number}
        </span>
      </span>
      <span className="station-headline">{part.headline}</span>
      <span className="station-detail">{part.detail}</span>
      <span className="station-health">
        <Icon name={part.health} size={12} />
        {healthWords[part.health]}
      </span>
    </Link>
  )
}

function missing(part: StationName): LoopPart {
  return { part, health: 'none', headline: 'nothing yet', detail: '', href: '/' }
}
