import type { ReactNode } from 'react'

const paths = {
  loop: 'M12 4a8 8 0 1 1-7.4 5M4 4v5h5',
  data: 'M4 6c0-1.7 3.6-3 8-3s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3zM4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3',
  runs: 'M4 20V10M10 20V4M16 20v-8M21 20H3',
  model: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9',
  gate: 'M4 21V8l8-5 8 5v13M4 21h16M9 21v-7h6v7',
  endpoint: 'M4 12h6M14 12h6M10 8v8a2 2 0 0 0 4 0V8a2 2 0 0 0-4 0zM20 9v6M4 9v6',
  predictions: 'M3 17l5-6 4 3 8-9M15 5h5v5',
  monitor: 'M3 12h4l2.5-7 5 14 2.5-7h4',
  labels: 'M3 11V4h7l10.5 10.5-7 7zM7.5 8.5h.01',
  policy:
    'M12 3v3M12 18v3M4.2 7.5l2.6 1.5M17.2 15l2.6 1.5M4.2 16.5L6.8 15M17.2 9l2.6-1.5M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  pipeline: 'M4 5h5v4H4zM15 15h5v4h-5zM15 5h5v4h-5zM9 7h6M17.5 9v6',
  lineage:
    'M6 6a2 2 0 1 0 0-.01M18 12a2 2 0 1 0 0-.01M6 18a2 2 0 1 0 0-.01M8 6.5l8 4.5M8 17.5l8-4.5',
  jobs: 'M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5',
  query: 'M5 5l5 5-5 5M12 17h7',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM20 20l-4.5-4.5',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  user: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c.5-4 3.5-6 8-6s7.5 2 8 6',
  good: 'M4.5 12.5l5 5 10-11',
  bad: 'M6 6l12 12M18 6L6 18',
  attention: 'M12 4L2.5 20h19zM12 10v4M12 17h.01',
  busy: 'M12 3a9 9 0 0 1 9 9M12 21a9 9 0 0 1-9-9',
  none: 'M5 12h14',
  file: 'M7 3h7l4 4v14H7zM14 3v4h4',
  trace: 'M4 5h9M8 10h10M8 15h6M14 20h6',
  prompt: 'M4 5h16v11H9l-5 4zM8 9h8M8 12h5',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  chevron: 'M9 5l7 7-7 7',
  down: 'M5 9l7 7 7-7',
  up: 'M5 15l7-7 7 7',
  sort: 'M8 9l4-4 4 4M8 15l4 4 4-4',
  plus: 'M12 5v14M5 12h14',
  pin: 'M9 4h6l-1 6 3 3H7l3-3zM12 13v8',
  columns: 'M4 5h16v14H4zM10 5v14M15 5v14',
  download: 'M12 4v11M7 11l5 5 5-5M4 20h16',
  upload: 'M12 16V5M7 9l5-5 5 5M4 20h16',
  play: 'M7 4.5v15l12-7.5z',
  undo: 'M8 5L4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  external: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
  more: 'M6 12h.01M12 12h.01M18 12h.01',
  menu: 'M4 7h16M4 12h16M4 17h16',
  edit: 'M4 20l1-4L16 5l3 3L8 19zM13.5 7.5l3 3',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13',
  eye: 'M2.5 12C5 7.5 8 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.5 6.5-9.5 6.5S5 16.5 2.5 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  keyboard: 'M3 7h18v10H3zM7 10.5h.01M11 10.5h.01M15 10.5h.01M18 10.5h.01M8 14h8',
} as const

export type IconName = keyof typeof paths

/** A line drawing beside a word; it says nothing by itself, so screen readers pass over it. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }): ReactNode {
  return (
    <svg
      className={`icon icon-${name}`}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  )
}
