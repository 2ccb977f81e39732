import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import {
  httpCaller,
  operations,
  TidemillError,
  type Caller,
  type Decision,
  type Declaration,
} from '#contract'
import { readDeclaration } from '#operations'
import { normalDraw, seeded, standardDeviation } from '#stats'
import { numbersOf, rowAt, type Table } from '#table'
import { cellsOf, type Cell } from './cells.ts'
import { initProject } from './init.ts'
import { startServer, type RunningServer } from './server.ts'
import { reproduce } from './steps/reproduce.ts'

export interface DemoOptions {
  readonly template: string
  readonly dir?: string
  readonly port: number
  readonly onStep?: (done: number, total: number, message: string) => void
}

export interface DemoResult {
  readonly dir: string
  readonly url: string
  readonly seconds: number
  /** What happened, a sentence each. */
  readonly story: readonly string[]
  readonly links: readonly { readonly title: string; readonly url: string }[]
  stop(): Promise<void>
}

/** What the steps hand on to each other. */
interface Scene {
  readonly dir: string
  readonly server: RunningServer
  readonly caller: Caller
  readonly names: Names
  readonly story: string[]
  readonly alarmsReceived: unknown[]
}

interface Names {
  readonly model: string
  readonly dataset: string
  readonly endpoint: string
  readonly monitor: string
  readonly queue: string
  readonly policy: string
  readonly experiment: string
  readonly label: string
}

const steps: readonly { readonly title: string; readonly run: (scene: Scene) => Promise<void> }[] =
  [
    { title: 'importing, checking and cleaning the data', run: bringDataIn },
    { title: 'running the pipeline', run: train },
    { title: 'taking the best run through the gate', run: promote },
    { title: 'asking the endpoint', run: ask },
    { title: 'sending noisy data', run: disturb },
    { title: 'labelling what the model is unsure of', run: review },
    { title: 'retraining and swapping under load', run: renew },
  ]

/** Makes a project from an example and takes its model once round the loop, every step through the server as a user would. */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const dir = resolve(options.dir ?? (await mkdtemp(join(tmpdir(), 'tidemill-demo-'))))
  await initProject({ dir, template: options.template })
  const receiver = await receiveWebhooks()
  await prepare(dir, receiver.url)
  const server = await startServer({
    home: join(dir, '.tidemill'),
    workspace: dir,
    host: '127.0.0.1',
    port: options.port,
    logLevel: 'warn',
    logTo: process.stderr,
  })
  const stop = async (): Promise<void> => {
    await server.stop()
    receiver.close()
  }
  try {
    const begin = performance.now()
    const declared = readDeclaration(
      await readFile(join(dir, 'tidemill.yaml'), 'utf8'),
      'tidemill.yaml',
    )
    const scene: Scene = {
      dir,
      server,
      caller: httpCaller({ url: server.url }),
      names: namesOf(declared),
      story: [],
      alarmsReceived: receiver.received,
    }
    for (const [index, step] of steps.entries()) {
      options.onStep?.(index, steps.length, step.title)
      await step.run(scene)
    }
    const seconds = (performance.now() - begin) / 1000
    const links = await linksOf(scene)
    await checkLinks(links)
    return { dir, url: server.url, seconds, story: scene.story, links, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The loop of the first declared model: what feeds it and what watches it. */
function namesOf(declared: Declaration): Names {
  const [model, { dataset, experiment }] = firstOf(declared.models, 'model')
  const endpoint = nameWhere(declared.endpoints, 'endpoint', (each) => each.model === model)
  return {
    model,
    dataset,
    experiment,
    endpoint,
    monitor: nameWhere(declared.monitors, 'monitor', (each) => each.endpoint === endpoint),
    queue: nameWhere(declared.labeling, 'label queue', (each) => each.endpoint === endpoint),
    policy: nameWhere(declared.policies, 'policy', (each) => each.model === model),
    label: declared.datasets?.[dataset]?.label ?? '',
  }
}

function firstOf<T>(things: Readonly<Record<string, T>> | undefined, kind: string): [string, T] {
  const [first] = Object.entries(things ?? {})
  if (!first)
    throw new TidemillError('not_found', { kind: `declared ${kind}`, name: 'of any name' })
  return first
}

function nameWhere<T>(
  things: Readonly<Record<string, T>> | undefined,
  kind: string,
  fits: (thing: T) => boolean,
): string {
  return firstOf(
    Object.fromEntries(Object.entries(things ?? {}).filter(([, thing]) => fits(thing))),
    kind,
  )[0]
}

/** A receiver for the alarms, and a home that may call it. */
async function prepare(dir: string, webhook: string): Promise<void> {
  const file = join(dir, 'tidemill.yaml')
  const document = parseDocument(await readFile(file, 'utf8'))
  const monitors = document.toJS() as Declaration
  for (const name of Object.keys(monitors.monitors ?? {}))
    document.setIn(['monitors', name, 'webhooks'], [webhook])
  await writeFile(file, document.toString({ lineWidth: 0 }))
  await mkdir(join(dir, '.tidemill'), { recursive: true })
  await writeFile(
    join(dir, '.tidemill/config.yaml'),
    '# The demo’s alarms go to a receiver on this machine.\nwebhooks: { allowPrivate: true }\n',
  )
}

async function receiveWebhooks(): Promise<{ url: string; received: unknown[]; close(): void }> {
  const received: unknown[] = []
  const server: Server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk) => (text += String(chunk)))
    request.on('end', () => {
      received.push(JSON.parse(text))
      response.writeHead(204).end()
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/alarms`, received, close: () => server.close() }
}

async function bringDataIn({ caller, names, story, dir }: Scene): Promise<void> {
  const text = await readFile(join(dir, 'tidemill.yaml'), 'utf8')
  const { changes } = await caller.call(operations.loop.apply, { text, file: 'tidemill.yaml' })
  const { versions } = await caller.call(operations.datasets.get, { name: names.dataset })
  const imported = versions.at(-1)
  const broken = imported?.validation?.results.filter((result) => !result.passed) ?? []
  const cells = versions[0]?.changes?.reduce((sum, change) => sum + change.cells, 0) ?? 0
  story.push(
    `${changes.length} things were declared; ${imported?.rows ?? 0} rows came in, ${broken.length} rules were broken.`,
  )
  story.push(
    `Cleaning changed ${cells} values and made version ${versions[0]?.version} out of version ${versions[0]?.parent}.`,
  )
}

async function train({ server, story, names, caller }: Scene): Promise<void> {
  const result = await reproduce(await server.app.project('default'))
  const again = await reproduce(await server.app.project('default'))
  const { runs } = await caller.call(operations.runs.search, { experiment: names.experiment })
  story.push(
    `${result.stages.length} stages ran and left ${runs.length} runs; a second repro ${again.changed ? 'changed something' : 'had nothing to do'}.`,
  )
}

async function promote({ caller, names, story }: Scene): Promise<void> {
  const { version, gate } = await caller.call(operations.models.best, { name: names.model })
  if (!gate.passed)
    throw new TidemillError('gate_refused', {
      model: names.model,
      version: version.version,
      problem: gate.checks
        .filter((check) => !check.passed)
        .map((check) => check.summary)
        .join(' '),
    })
  story.push(
    `Version ${version.version} passed ${gate.checks.length} requirements and is champion.`,
  )
}

async function ask({ caller, names, story, server }: Scene): Promise<void> {
  const [row] = await realRows(server, names, 1)
  const { answers } = await caller.call(operations.endpoints.predict, {
    name: names.endpoint,
    rows: [row?.features ?? {}],
    explain: true,
  })
  const [answer] = answers
  const reasons = (answer?.reasons ?? []).slice(0, 3).map((reason) => reason.feature)
  story.push(
    `The endpoint answered "${answer?.label}" (${((answer?.probability ?? 0) * 100).toFixed(0)} %), mostly because of ${reasons.join(', ')}.`,
  )
}

async function disturb({ caller, names, story, server, alarmsReceived }: Scene): Promise<void> {
  const { monitor } = await caller.call(operations.monitors.get, { name: names.monitor })
  const steady = await realRows(server, names, 60)
  await send(caller, names, steady)
  const before = await caller.call(operations.monitors.run, { name: names.monitor })
  const noisy = await noisyRows(server, names, monitor.windowRows)
  await send(caller, names, noisy)
  const report = await reportAfter(caller, names.monitor, before.id)
  story.push(`Undisturbed: ${before.summary} With Gaussian noise: ${report.summary}`)
  story.push(report.peer.summary)
  const was = report.qualityReference?.metrics.f1?.value
  const now = report.qualityCurrent?.metrics.f1?.value
  if (was !== undefined && now !== undefined)
    story.push(`F1 on late labels went from ${was.toFixed(3)} to ${now.toFixed(3)}.`)
  if (!report.drifted)
    throw new TidemillError('conflict', {
      problem: 'The noise was not seen; the demonstration needs it to be.',
    })
  await until(() => alarmsReceived.length > 0, 'the webhook was called')
  story.push(`The alarm is open, and its webhook was called.`)
}

/** The full window may have been looked at in the background already. */
async function reportAfter(caller: Caller, monitor: string, id: string) {
  const { reports } = await caller.call(operations.monitors.get, { name: monitor })
  const [newest] = reports
  if (newest && newest.id > id) return newest
  return caller.call(operations.monitors.run, { name: monitor }).catch(async (error: unknown) => {
    const again = (await caller.call(operations.monitors.get, { name: monitor })).reports[0]
    if (again && again.id > id) return again
    throw error
  })
}

async function review({ caller, names, story }: Scene): Promise<void> {
  const tasks = await mostDoubtful(caller, names.queue, 60)
  // The demonstration knows the truth of each row it sent: it plays the person.
  for (const task of tasks) {
    const { prediction } = await caller.call(operations.endpoints.prediction, {
      id: task.prediction,
    })
    if (prediction.label === undefined) continue
    await caller.call(operations.labels.annotate, {
      name: names.queue,
      task: task.id,
      label: prediction.label,
    })
  }
  const { version, rows } = await caller.call(operations.labels.commit, { name: names.queue })
  story.push(
    `${rows} ambiguous answers were labelled and are in version ${version?.version} of the data.`,
  )
}

/** The answers the model was least sure of, the same ones each time: equal doubt is told apart by the rows themselves. */
async function mostDoubtful(caller: Caller, name: string, count: number) {
  const waiting = async () =>
    (await caller.call(operations.labels.tasks, { name, limit: 1000 })).tasks
  let tasks = await waiting()
  // The queue fills behind the answers.
  await until(async () => {
    const before = tasks.length
    await new Promise((next) => setTimeout(next, 300))
    tasks = await waiting()
    return tasks.length === before && before >= count
  }, `${count} answers wait in ${name}`)
  const keyOf = (task: (typeof tasks)[number]): string => JSON.stringify(task.features)
  return tasks
    .toSorted((a, b) => a.probability - b.probability || (keyOf(a) < keyOf(b) ? -1 : 1))
    .slice(0, count)
}

async function renew({ caller, names, story, server }: Scene): Promise<void> {
  const load = startLoad(caller, names, await realRows(server, names, 50))
  const done = await retrained(caller, names.policy)
  const { requests, failures } = await load.stop()
  const why = done.reasons.filter((reason) => reason.due).map((reason) => reason.summary)
  story.push(`Retraining was due: ${why.join(' ')}`)
  story.push(
    `${done.outcome ?? done.state} ${requests} requests during the retraining, ${failures} failed.`,
  )
  if (failures > 0) {
    throw new TidemillError('conflict', {
      problem: `${failures} of ${requests} requests failed during the swap.`,
    })
  }
}

/** The alarm may have started a retraining by itself before the labels were there; what counts is the one that saw them. */
async function retrained(caller: Caller, policy: string): Promise<Decision> {
  const list = async (): Promise<readonly Decision[]> =>
    (await caller.call(operations.loop.decisions, { name: policy })).decisions
  for (let attempt = 0; attempt < 5; attempt++) {
    await until(
      async () => (await list()).every((each) => !each.due || each.endedAt !== undefined),
      'the retraining under way ended',
      120_000,
    )
    const { decision } = await caller.call(operations.loop.decide, { name: policy })
    if (!decision.due) continue
    const own = async (): Promise<Decision> =>
      (await list()).find((each) => each.id === decision.id) ?? decision
    await until(async () => (await own()).endedAt !== undefined, 'retraining ended', 120_000)
    const ended = await own()
    if (ended.state !== 'unchanged') return ended
  }
  throw new TidemillError('conflict', { problem: `${policy} did not bring a new model about.` })
}

interface LabelledRow {
  readonly features: Readonly<Record<string, Cell>>
  readonly label: string
}

/** Noise in standard deviations of a column. */
const noiseShare = 1.2
/** The share of columns that get it: enough to hurt, not enough for a rule that counts columns. */
const noisyShare = 0.4

async function realRows(
  server: RunningServer,
  names: Names,
  count: number,
): Promise<readonly LabelledRow[]> {
  const rooms = await server.app.project('default')
  return labelled(await rooms.lake.table(names.dataset), names, count)
}

/** Rows of the data with Gaussian noise on the first numbers, within what the column has shown: a bad sensor shows no age below 0. */
async function noisyRows(
  server: RunningServer,
  names: Names,
  count: number,
): Promise<readonly LabelledRow[]> {
  const rooms = await server.app.project('default')
  const table = await rooms.lake.table(names.dataset)
  const random = seeded(7)
  const scales = new Map(
    table.columns.flatMap((column) => {
      const numbers = column.name === names.label ? undefined : numbersOf(column)
      const known = numbers?.filter((value) => !Number.isNaN(value))
      const spread = known && standardDeviation(known)
      if (!known || spread === undefined) return []
      const [min, max] = known.reduce(
        ([low, high], value) => [Math.min(low, value), Math.max(high, value)] as const,
        [Infinity, -Infinity] as const,
      )
      return [[column.name, { spread, min, max }] as const]
    }),
  )
  const columns = Math.floor(noisyShare * (table.columns.length - 1))
  const noisy = new Set([...scales.keys()].slice(0, columns))
  return labelled(table, names, count).map(({ features, label }) => ({
    label,
    features: Object.fromEntries(
      Object.entries(features).map(([name, value]) => {
        const scale = scales.get(name)
        if (typeof value !== 'number' || !scale || !noisy.has(name)) return [name, value]
        return [name, reflected(value + noiseShare * scale.spread * normalDraw(random), scale)]
      }),
    ),
  }))
}

/** What would lie beyond an end comes back from it, so that nothing piles up there. */
function reflected(value: number, { min, max }: { min: number; max: number }): number {
  const back = value < min ? 2 * min - value : value > max ? 2 * max - value : value
  return Math.min(max, Math.max(min, back))
}

function labelled(table: Table, { label }: Names, count: number): readonly LabelledRow[] {
  return Array.from({ length: count }, (_, i) => {
    const { [label]: truth, ...features } = cellsOf(rowAt(table, (i * 7) % table.length))
    return { features, label: String(truth) }
  })
}

async function send(caller: Caller, names: Names, rows: readonly LabelledRow[]): Promise<void> {
  const { answers } = await caller.call(operations.endpoints.predict, {
    name: names.endpoint,
    rows: rows.map((row) => row.features),
  })
  await caller.call(operations.endpoints.labels, {
    name: names.endpoint,
    labels: answers.map((answer, i) => ({ prediction: answer.id, label: rows[i]?.label ?? '' })),
  })
}

function startLoad(
  caller: Caller,
  names: Names,
  rows: readonly LabelledRow[],
): { stop(): Promise<{ requests: number; failures: number }> } {
  let [requests, failures, stopped] = [0, 0, false]
  const loop = async (): Promise<void> => {
    while (!stopped) {
      const row = rows[requests++ % rows.length]
      await caller
        .call(operations.endpoints.predict, { name: names.endpoint, rows: [row?.features ?? {}] })
        .catch(() => failures++)
      await new Promise((next) => setTimeout(next, 10))
    }
  }
  const running = loop()
  return {
    async stop() {
      stopped = true
      await running
      return { requests, failures }
    },
  }
}

async function until(
  done: () => boolean | Promise<boolean>,
  what: string,
  ms = 30_000,
): Promise<void> {
  const deadline = Date.now() + ms
  while (!(await done())) {
    if (Date.now() > deadline)
      throw new TidemillError('unavailable', {
        problem: `After ${ms / 1000} s it was still not true that ${what}.`,
      })
    await new Promise((next) => setTimeout(next, 100))
  }
}

async function linksOf({ server, names, caller }: Scene): Promise<DemoResult['links']> {
  const to = (path: string): string => `${server.url}${path}`
  const { predictions } = await caller.call(operations.endpoints.predictions, {
    name: names.endpoint,
    limit: 1,
  })
  const { reports } = await caller.call(operations.monitors.get, { name: names.monitor })
  const drifted = reports.find((report) => report.drifted)
  const named = (area: string, name: string): string => to(`/${area}/${encodeURIComponent(name)}`)
  return [
    { title: 'The loop', url: to('/') },
    { title: 'The data', url: named('datasets', names.dataset) },
    { title: 'The runs', url: named('experiments', names.experiment) },
    { title: 'The model', url: named('models', names.model) },
    { title: 'The form', url: named('endpoints', names.endpoint) },
    { title: 'The monitor', url: named('monitors', names.monitor) },
    { title: 'The drift report', url: to(`/api/reports/${drifted?.id ?? ''}/html`) },
    { title: 'The label queue', url: named('labeling', names.queue) },
    { title: 'One thread', url: to(`/lineage?kind=prediction&id=${predictions[0]?.id ?? ''}`) },
    { title: 'The API', url: to('/api/docs') },
  ]
}

async function checkLinks(links: DemoResult['links']): Promise<void> {
  for (const { title, url } of links) {
    const response = await fetch(url, { headers: { accept: 'text/html' } })
    await response.body?.cancel()
    if (!response.ok)
      throw new TidemillError('unavailable', {
        problem: `${title} (${url}) answers ${response.status}.`,
      })
  }
}
