import type { ReactNode } from 'react'
import type { Health } from '#contract'

/** The mill’s wheel with one paddle a station, each in its station’s colour. A picture of what the cards say. */
export function Wheel({ healths }: { healths: readonly Health[] }): ReactNode {
  const step = 360 / healths.length
  return (
    <svg className="wheel" viewBox="-60 -60 120 120" aria-hidden="true">
      <circle className="wheel-rim" r="44" />
      <circle className="wheel-rim inner" r="33" />
      {healths.map((health, index) => (
        <g key={index} transform={`rotate(${index * step})`}>
          <path className="wheel-spoke" d="M0 -9V-44" />
          <path
            className={`wheel-paddle ${health}`}
            d="M-10.5 -37.5A39 39 0 0 1 10.5 -37.5L13.5 -49A51 51 0 0 0 -13.5 -49Z"
          />
        </g>
      ))}
      <circle className="wheel-hub" r="9" />
      <circle className="wheel-axle" r="3" />
    </svg>
  )
}
