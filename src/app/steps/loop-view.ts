import type { Health, Loop, LoopPart, ModelDeclaration } from '#contract'
import type { Rooms } from '../rooms.ts'

/** Each declared model's loop with its present state, one part after the other. */
export async function loopView(rooms: Rooms): Promise<readonly Loop[]> {
  const declared = await rooms.applied.read()
  return Promise.all(
    Object.entries(declared.models ?? {}).map(async ([model, declaration]) => {
      const parts = (await Promise.all(partsOf(rooms, model, declaration))).flat()
      return {
        model,
        description: declaration.description ?? '',
        parts,
        events: await eventsOf(rooms, model, declaration),
      }
    }),
  )
}

function partsOf(
  rooms: Rooms,
  model: string,
  declaration: ModelDeclaration,
): readonly Promise<readonly LoopPart[]>[] {
  return [
    dataPart(rooms, declaration),
    runsPart(rooms, declaration),
    modelParts(rooms, model),
    endpointParts(rooms, model),
    monitorPart(rooms, model),
    labelsPart(rooms, model),
    policyPart(rooms, model),
  ]
}

function part(
  name: LoopPart['part'],
  health: Health,
  headline: string,
  detail: string,
  href: string,
  changedAt?: number,
): LoopPart {
  return {
    part: name,
    health,
    headline,
    detail,
    href,
    ...(changedAt === undefined ? {} : { changedAt }),
  }
}

async function dataPart(rooms: Rooms, { dataset }: ModelDeclaration): Promise<readonly LoopPart[]> {
  const href = `/datasets/${encodeURIComponent(dataset)}`
  const latest = await rooms.lake.version(dataset).catch(() => undefined)
  if (!latest) return [part('data', 'none', dataset, 'not imported yet', href)]
  const broken = latest.validation?.results.filter((result) => !result.passed) ?? []
  const health =
    latest.validation?.passed === false ? 'bad' : broken.length > 0 ? 'attention' : 'good'
  const detail =
    broken.length > 0 ? `${broken.length} rules broken` : `${latest.rows} rows, rules kept`
  return [part('data', health, `version ${latest.version}`, detail, href, latest.createdAt)]
}

async function runsPart(
  rooms: Rooms,
  { experiment, select }: ModelDeclaration,
): Promise<readonly LoopPart[]> {
  const href = `/experiments/${encodeURIComponent(experiment)}`
  const [found] = await rooms.tracking.experiments(experiment)
  if (!found || found.runs === 0)
    return [part('runs', 'none', 'no runs', 'train one: tidemill repro', href)]
  const { items } = await rooms.tracking.search({
    experiment,
    order: [`metrics.\`${select.metric}\` ${select.goal === 'max' ? 'desc' : 'asc'}`],
    limit: 1,
  })
  const [best] = items
  const value = best?.metrics[select.metric]
  const health = best?.status === 'failed' ? 'bad' : 'good'
  return [
    part(
      'runs',
      health,
      `${found.runs} runs`,
      value === undefined ? experiment : `best ${select.metric} ${value.toFixed(3)}`,
      href,
      found.lastRunAt,
    ),
  ]
}

async function modelParts(rooms: Rooms, model: string): Promise<readonly LoopPart[]> {
  const href = `/models/${encodeURIComponent(model)}`
  const versions = await rooms.registry.versions(model).catch(() => [])
  const champion = versions.find((version) => version.aliases.includes('champion'))
  const [newest] = versions
  if (!newest)
    return [
      part('model', 'none', 'no version', 'register a run', href),
      part('gate', 'none', 'not asked', '', href),
    ]
  const gate = (champion ?? newest).gate
  const passed = gate?.checks.filter((check) => check.passed).length ?? 0
  return [
    part(
      'model',
      champion ? 'good' : 'attention',
      champion ? `version ${champion.version}` : 'no champion',
      `${versions.length} versions`,
      href,
      (champion ?? newest).createdAt,
    ),
    gate
      ? part(
          'gate',
          gate.passed ? 'good' : 'bad',
          gate.passed ? 'passed' : 'refused',
          `${passed} of ${gate.checks.length} requirements`,
          `${href}/${gate.version}`,
          gate.checkedAt,
        )
      : part(
          'gate',
          'attention',
          'not asked',
          `version ${newest.version} waits`,
          `${href}/${newest.version}`,
        ),
  ]
}

async function endpointParts(rooms: Rooms, model: string): Promise<readonly LoopPart[]> {
  const own = (await rooms.serving.listed()).filter((each) => each.model === model)
  const [endpoint] = own
  if (!endpoint)
    return [
      part('endpoint', 'none', 'no endpoint', '', '/endpoints'),
      part('predictions', 'none', 'none', '', '/endpoints'),
    ]
  const href = `/endpoints/${encodeURIComponent(endpoint.name)}`
  const { predictions, labels } = await rooms.serving.log.count(endpoint.name)
  const state = { ready: 'good', loading: 'busy', no_model: 'none', failed: 'bad' } as const
  const speed =
    endpoint.p99Ms === undefined ? (endpoint.problem ?? '') : `p99 ${endpoint.p99Ms.toFixed(1)} ms`
  return [
    part(
      'endpoint',
      state[endpoint.state],
      endpoint.version === undefined
        ? endpoint.state.replace('_', ' ')
        : `version ${endpoint.version} answers`,
      speed,
      href,
    ),
    part(
      'predictions',
      predictions > 0 ? 'good' : 'none',
      `${predictions} predictions`,
      `${labels} with their truth`,
      href,
    ),
  ]
}

async function monitorPart(rooms: Rooms, model: string): Promise<readonly LoopPart[]> {
  const endpoints = new Set(
    (await rooms.serving.listed()).filter((each) => each.model === model).map((each) => each.name),
  )
  const monitor = (await rooms.monitoring.monitors()).find((each) => endpoints.has(each.endpoint))
  if (!monitor) return [part('monitor', 'none', 'no monitor', '', '/monitors')]
  const href = `/monitors/${encodeURIComponent(monitor.name)}`
  const { last } = monitor
  if (!last) return [part('monitor', 'none', 'no report yet', '', href)]
  const health = monitor.openAlarms > 0 ? 'bad' : last.drifted ? 'attention' : 'good'
  const headline = last.drifted
    ? `${last.driftedColumns} of ${last.columns.length} columns drifted`
    : 'steady'
  return [
    part('monitor', health, headline, `${monitor.openAlarms} open alarms`, href, last.createdAt),
  ]
}

async function labelsPart(rooms: Rooms, model: string): Promise<readonly LoopPart[]> {
  const endpoints = new Set(
    (await rooms.serving.listed()).filter((each) => each.model === model).map((each) => each.name),
  )
  const queue = (await rooms.labeling.queues()).find((each) => endpoints.has(each.endpoint))
  if (!queue) return [part('labels', 'none', 'no queue', '', '/labeling')]
  const href = `/labeling/${encodeURIComponent(queue.name)}`
  const health =
    queue.waiting + queue.disputed > 0 ? 'attention' : queue.labelled > 0 ? 'good' : 'none'
  return [
    part(
      'labels',
      health,
      `${queue.waiting} waiting`,
      `${queue.labelled} labelled, ${queue.uncommitted} to commit`,
      href,
    ),
  ]
}

async function policyPart(rooms: Rooms, model: string): Promise<readonly LoopPart[]> {
  const declared = await rooms.applied.read()
  const found = Object.entries(declared.policies ?? {}).find(([, policy]) => policy.model === model)
  if (!found) return [part('policy', 'none', 'no policy', '', '/policies')]
  const [last] = await rooms.decisions.list(found[0], 1)
  if (!last) return [part('policy', 'none', 'not asked yet', found[0], '/policies')]
  const health = {
    not_due: 'good',
    waiting: 'busy',
    running: 'busy',
    promoted: 'good',
    refused: 'attention',
    unchanged: 'good',
    failed: 'bad',
  } as const
  return [
    part(
      'policy',
      health[last.state],
      last.state.replace('_', ' '),
      last.outcome ?? found[0],
      '/policies',
      last.time,
    ),
  ]
}

async function eventsOf(
  rooms: Rooms,
  model: string,
  { dataset }: ModelDeclaration,
): Promise<Loop['events']> {
  const [versions, history, alarms] = await Promise.all([
    rooms.lake.versions(dataset).catch(() => []),
    rooms.registry.history(model),
    rooms.monitoring.alarms(),
  ])
  return [
    ...versions.map((each) => ({
      time: each.createdAt,
      part: 'data',
      text: `${each.dataset} version ${each.version}: ${each.message}`,
      href: `/datasets/${encodeURIComponent(each.dataset)}`,
    })),
    ...history.map((each) => ({
      time: each.when,
      part: 'model',
      text: `${each.alias} moved from ${each.from ?? 'nothing'} to ${each.to ?? 'nothing'}: ${each.why}`,
      href: `/models/${encodeURIComponent(model)}`,
    })),
    ...alarms.map((each) => ({
      time: each.openedAt,
      part: 'monitor',
      text: `Alarm: ${each.summary}`,
      href: `/monitors/${encodeURIComponent(each.monitor)}`,
    })),
  ]
    .toSorted((a, b) => b.time - a.time)
    .slice(0, 20)
}
