import type { ReactNode } from 'react'

/** The mill’s wheel over the water. */
export function Logo({ size = 30 }: { size?: number }): ReactNode {
  const paddles = Array.from({ length: 8 }, (_, index) => index * 45)
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" className="logo">
      <g className="logo-wheel">
        <circle cx="16" cy="15" r="8" />
        <circle cx="16" cy="15" r="2" />
        {paddles.map((angle) => (
          <path key={angle} d="M16 13V4.5" transform={`rotate(${angle} 16 15)`} />
        ))}
      </g>
      <path className="logo-water" d="M2 24.5q3.5-3 7 0t7 0 7 0 7 0" />
      <path className="logo-water faint" d="M4 28.5q3-2.5 6 0t6 0 6 0 6 0" />
    </svg>
  )
}
