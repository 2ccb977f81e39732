interface Place {
  readonly to: string
  readonly params?: Readonly<Record<string, string>>
  readonly search?: Readonly<Record<string, string>>
}

const runTabs = new Map([
  ['model-metrics', 'charts'],
  ['system-metrics', 'system'],
  ['artifacts', 'files'],
  ['traces', 'traces'],
])

const experimentModes = new Map([
  ['traces', 'traces'],
  ['chat-sessions', 'traces'],
  ['models', 'models'],
  ['datasets', 'datasets'],
])

/** Where a page of MLflow's is here: its clients print such addresses, and people have them in their notes. They stand behind a `#`. */
export function placeOfMlflow(hash: string): Place | undefined {
  if (!hash.startsWith('/')) return undefined
  const [path = '', query = ''] = hash.split('?')
  const [area, name, part, detail, ...rest] = path
    .replace(/\/+$/, '')
    .split('/')
    .slice(1)
    .map(decoded)
  const search = new URLSearchParams(query)
  switch (area) {
    case 'experiments':
      if (name === undefined) return { to: '/runs' }
      return inExperiment(name, part, detail, rest, search)
    case 'compare-runs':
      return {
        to: '/compare',
        search: { runs: search.get('runs')?.replaceAll(/[[\]"\s]/g, '') ?? '' },
      }
    case 'traces':
      return { to: '/traces' }
    case 'prompts':
      return promptOr(name)
    case 'models':
      if (name === undefined) return { to: '/models' }
      if (part !== 'versions' || detail === undefined)
        return { to: '/models/$name', params: { name } }
      return { to: '/models/$name/$version', params: { name, version: detail } }
    default:
      return undefined
  }
}

function inExperiment(
  experiment: string,
  part: string | undefined,
  id: string | undefined,
  rest: readonly string[],
  search: URLSearchParams,
): Place {
  const trace = search.get('selectedEvaluationId') ?? search.get('selectedTraceId')
  const evaluated = search.get('selectedRunUuid')
  if (part === 'runs' && id !== undefined) return inRun(id, rest)
  if (part === 'evaluation-runs' && evaluated !== null) return inRun(evaluated, [])
  if (part === 'traces' && trace !== null) return { to: '/traces/$id', params: { id: trace } }
  if (part === 'models' && id !== undefined) return { to: '/logged-models/$id', params: { id } }
  if (part === 'datasets' && id !== undefined) {
    return { to: '/evaluation-datasets/$id', params: { id } }
  }
  if (part === 'prompts') return promptOr(id)
  const mode = experimentModes.get(part ?? '')
  return {
    to: '/experiments/$name',
    params: { name: experiment },
    search: mode === undefined ? {} : { mode },
  }
}

function inRun(id: string, [tab = '', ...file]: readonly string[]): Place {
  const own = runTabs.get(tab)
  return {
    to: '/runs/$id',
    params: { id },
    search: {
      ...(own === undefined ? {} : { tab: own }),
      ...(own === 'files' && file.length > 0 ? { file: file.join('/') } : {}),
    },
  }
}

function promptOr(name: string | undefined): Place {
  return name === undefined ? { to: '/prompts' } : { to: '/prompts/$name', params: { name } }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
