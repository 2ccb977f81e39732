import {
  operations,
  permissions,
  type Endpoint,
  type LabelQueue,
  type LabelTask,
  type Loop,
  type Run,
  type Signature,
} from '#contract'

export const session = [
  operations.session.get,
  () => ({
    user: 'local',
    signedIn: false,
    role: 'admin',
    permissions: [...permissions],
    version: '0.1.0',
    project: 'default',
    projects: ['default'],
  }),
] as const

export const signature: Signature = {
  inputs: [
    { name: 'Glucose', type: 'number', optional: true, min: 44, max: 199, mean: 121.7 },
    { name: 'Age', type: 'integer', optional: false, min: 21, max: 81, mean: 33.24 },
    { name: 'Ward', type: 'string', optional: false, categories: ['north', 'south'] },
  ],
  classes: ['0', '1'],
  labels: { '0': 'healthy', '1': 'diabetic' },
  positive: '1',
}

export const endpoint: Endpoint = {
  name: 'diabetes',
  model: 'KNN',
  alias: 'champion',
  state: 'ready',
  signature,
  requests: 12,
  failures: 0,
  p50Ms: 0.8,
  p99Ms: 2.3,
  predictions: 12,
  labels: 3,
  createdAt: 1_764_000_000_000,
}

const parts = [
  ['data', 'good', 'version 3'],
  ['runs', 'busy', '5 runs'],
  ['model', 'good', 'champion v2'],
  ['gate', 'attention', 'v3 refused'],
  ['endpoint', 'good', 'ready'],
  ['predictions', 'good', '3,412 logged'],
  ['monitor', 'bad', '4 of 9 drifted'],
  ['labels', 'attention', '31 waiting'],
  ['policy', 'none', 'not asked'],
] as const

export const loop: Loop = {
  model: 'KNN',
  description: 'Whether a patient has diabetes.',
  parts: parts.map(([part, health, headline]) => ({
    part,
    health,
    headline,
    detail: `about ${part}`,
    href: `/at/${part}`,
  })),
  events: [{ time: 1_764_000_000_000, part: 'monitor', text: 'Alarm', href: '/reports/r1' }],
}

export const queue: LabelQueue = {
  name: 'review',
  endpoint: 'diabetes',
  dataset: 'diabetes',
  below: 0.7,
  annotators: 1,
  classes: [
    { value: '0', label: 'healthy' },
    { value: '1', label: 'diabetic' },
  ],
  waiting: 2,
  labelled: 0,
  disputed: 0,
  uncommitted: 0,
  createdAt: 1_764_000_000_000,
}

export function task(id: string, glucose: number): LabelTask {
  return {
    id,
    queue: 'review',
    prediction: `p${id}`,
    features: { Glucose: glucose, Age: 40 },
    suggestion: '1',
    probability: 0.55,
    state: 'waiting',
    annotations: [],
    createdAt: 1_764_000_000_000,
  }
}

export function run(id: string, neighbors: string, f1: number): Run {
  return {
    id,
    experiment: 'KNN',
    experimentId: 'e1',
    name: `run ${id}`,
    status: 'finished',
    startedAt: 1_764_000_000_000,
    endedAt: 1_764_000_002_000,
    user: 'local',
    params: { neighbors, seed: '7' },
    metrics: { f1 },
    tags: {},
    source: {},
  }
}
