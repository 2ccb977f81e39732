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
  compare: (ids: readonly string[]) => address('/compare', { runs: ids.join(',') }),
  models: '/models',
  model: (name: string) => `/models/${part(name)}`,
  modelVersion: (name: string, version: number) => `/models/${part(name)}/${version}`,
  endpoints: '/endpoints',
  endpoint: (name: string, search?: Search) => address(`/endpoints/${part(name)}`, search),
  monitors: '/monitors',
  monitor: (name: string) => `/monitors/${part(name)}`,
  report: (id: string) => `/reports/${part(id)}`,
  labeling: '/labeling',
  queue: (name: string) => `/labeling/${part(name)}`,
  pipeline: '/pipeline',
  jobs: '/jobs',
  lineage: (search: Search) => address('/lineage', search),
  policies: '/policies',
  settings: '/settings',
  signIn: (to?: string) => address('/sign-in', { to }),
} as const
