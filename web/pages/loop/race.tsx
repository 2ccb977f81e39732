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
      <Wheel healths={stations.map(({ part }) => parts.get(part)?.health ?? 'none')} />
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
const course =
  'M10 18 H78 C87 18 90 30 90 50 C90 70 87 82 78 82 H22 C13 82 10 72 10 50 C10 34 10 26 10 18 Z'

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
