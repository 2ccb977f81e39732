import type { LoopPart } from '#contract'
import type { IconName } from '../../design/icons.tsx'

export type StationName = LoopPart['part']

interface Station {
  readonly part: StationName
  readonly title: string
  readonly icon: IconName
}

/** The stations in the order of the flow. */
export const stations: readonly Station[] = [
  { part: 'data', title: 'Data', icon: 'data' },
  { part: 'runs', title: 'Runs', icon: 'runs' },
  { part: 'model', title: 'Model', icon: 'model' },
  { part: 'gate', title: 'Gate', icon: 'gate' },
  { part: 'endpoint', title: 'Endpoint', icon: 'endpoint' },
  { part: 'predictions', title: 'Predictions', icon: 'predictions' },
  { part: 'monitor', title: 'Monitor', icon: 'monitor' },
  { part: 'labels', title: 'Labels', icon: 'labels' },
  { part: 'policy', title: 'Policy', icon: 'policy' },
]
