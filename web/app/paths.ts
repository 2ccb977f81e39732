type Search = Readonly<Record<string, string | number | undefined>>

function address(path: string, search: Search = {}): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== '') query.set(name, String(value))
  }
  const text = query.toString()
  return text === '' ? path : `${path}?${text}`
}

const part = encodeURIComponent

/** The address of every page, in one place. */
export const paths = {
  loop: '/',
  datasets: '/datasets',
  dataset: (name: string, search?: Search) => address(`/datasets/${part(name)}`, search),
  query: (sql?: string) => address('/query', { sql }),
  runs: '/runs',
  experiment: (name: string, search?: Search) => address(`/experiments/${part(name)}`, search),
  run: (id: string) => `/runs/${part(id)}`,
  runFile: (id: string, file: string) => address(`/runs/${part(id)}`, { tab: 'files', file }),
  compare: (ids: readonly string[]) => address('/compare', { runs: ids.join(',') }),
  /** The two with what differs between them. */
  compareWhy: (from: string, to: string) =>
    address('/compare', { runs: `${from},${to}`, tab: 'why' }),
  traces: (search?: Search) => address('/traces', search),
  trace: (id: string, search?: Search) => address(`/traces/${part(id)}`, search),
  evaluationDatasets: '/evaluation-datasets',
  evaluationDataset: (id: string, search?: Search) =>
    address(`/evaluation-datasets/${part(id)}`, search),
  loggedModels: (search?: Search) => address('/logged-models', search),
  loggedModel: (id: string) => `/logged-models/${part(id)}`,
  loggedModelFiles: (id: string, file?: string) =>
    address(`/logged-models/${part(id)}`, { tab: 'files', file }),
  prompts: '/prompts',
  prompt: (name: string, search?: Search) => address(`/prompts/${part(name)}`, search),
  models: '/models',
  model: (name: string) => `/models/${part(name)}`,
  modelVersion: (name: string, version: number, gate?: string) =>
    address(`/models/${part(name)}/${version}`, { gate }),
  endpoints: '/endpoints',
  endpoint: (name: string, search?: Search) => address(`/endpoints/${part(name)}`, search),
  monitors: '/monitors',
  monitor: (name: string) => `/monitors/${part(name)}`,
  report: (id: string) => `/reports/${part(id)}`,
  labeling: '/labeling',
  queue: (name: string) => `/labeling/${part(name)}`,
  pipeline: '/pipeline',
  pipelineTab: (tab: string, search?: Search) => address('/pipeline', { tab, ...search }),
  stage: (name: string) => `/pipeline/stages/${part(name)}`,
  attribution: (id: string) => `/pipeline/attributions/${part(id)}`,
  jobs: '/jobs',
  lineage: (search: Search) => address('/lineage', search),
  policies: '/policies',
  settings: '/settings',
  signIn: (to?: string) => address('/sign-in', { to }),
} as const
