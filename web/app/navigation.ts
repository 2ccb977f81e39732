import type { Permission } from '#contract'
import type { IconName } from '../design/icons.tsx'
import { paths } from './paths.ts'

export interface NavigationItem {
  readonly name: string
  readonly href: string
  readonly icon: IconName
  /** Pressed after g. */
  readonly key: string
  readonly permission: Permission
}

/** What the sidebar, the keyboard and the palette lead to, in the order of the loop. */
export const navigation: readonly { title: string; items: readonly NavigationItem[] }[] = [
  {
    title: 'Overview',
    items: [{ name: 'Loop', href: paths.loop, icon: 'loop', key: 'l', permission: 'loop:read' }],
  },
  {
    title: 'Build',
    items: [
      { name: 'Datasets', href: paths.datasets, icon: 'data', key: 'd', permission: 'lake:read' },
      { name: 'SQL', href: paths.query(), icon: 'query', key: 'q', permission: 'lake:read' },
      {
        name: 'Pipeline',
        href: paths.pipeline,
        icon: 'pipeline',
        key: 'p',
        permission: 'pipeline:read',
      },
      { name: 'Runs', href: paths.runs, icon: 'runs', key: 'r', permission: 'tracking:read' },
      {
        name: 'Traces',
        href: paths.traces(),
        icon: 'trace',
        key: 't',
        permission: 'tracking:read',
      },
      { name: 'Models', href: paths.models, icon: 'model', key: 'm', permission: 'models:read' },
      { name: 'Prompts', href: paths.prompts, icon: 'prompt', key: 'w', permission: 'models:read' },
    ],
  },
  {
    title: 'Operate',
    items: [
      {
        name: 'Endpoints',
        href: paths.endpoints,
        icon: 'endpoint',
        key: 'e',
        permission: 'endpoints:read',
      },
      {
        name: 'Monitors',
        href: paths.monitors,
        icon: 'monitor',
        key: 'o',
        permission: 'monitors:read',
      },
      {
        name: 'Labelling',
        href: paths.labeling,
        icon: 'labels',
        key: 'b',
        permission: 'labels:read',
      },
      { name: 'Policies', href: paths.policies, icon: 'policy', key: 'y', permission: 'loop:read' },
      { name: 'Jobs', href: paths.jobs, icon: 'jobs', key: 'j', permission: 'jobs:read' },
    ],
  },
  {
    title: 'House',
    items: [
      {
        name: 'Settings',
        href: paths.settings,
        icon: 'settings',
        key: 's',
        permission: 'self:read',
      },
    ],
  },
]

export const pages: readonly NavigationItem[] = navigation.flatMap((group) => group.items)
