import type { ReactNode } from 'react'

/** Water at the foot of the sidebar. */
export function Tide(): ReactNode {
  return (
    <svg className="tide" viewBox="0 0 224 90" preserveAspectRatio="none" aria-hidden="true">
      <path d="M0 40C30 22 58 22 88 38s66 18 96 2 34-12 40-10v60H0z" opacity="0.35" />
      <path d="M0 58c36-18 70-16 104-2s84 12 120-6v40H0z" opacity="0.5" />
      <path d="M0 72c28-10 60-8 96 0s90 8 128-4v22H0z" opacity="0.7" />
    </svg>
  )
}
