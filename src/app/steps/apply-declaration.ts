import { createReadStream } from 'node:fs'
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import {
  TidemillError,
  type DatasetDeclaration,
  type Declaration,
  type PlannedChange,
} from '#contract'
import { planChanges } from '#operations'
import { requireReadable } from '#quality'
import { identifier } from '#store'
import type { Rooms } from '../rooms.ts'
import { applyModel } from './apply-model.ts'
import { cleanDataset } from './clean-dataset.ts'
import { importDataset } from './import-dataset.ts'
import { insideWorkspace } from './inside-workspace.ts'

/** What apply would do: the differences from what was applied last, and sources whose bytes changed since. */
export async function planDeclaration(
  rooms: Rooms,
  declared: Declaration,
): Promise<readonly PlannedChange[]> {
  const planned = planChanges(declared, await rooms.applied.read())
  // Before anything of it is done, also where the sources are not read.
  for (const { source, pointer = source } of Object.values(declared.datasets ?? {})) {
    for (const file of [source, pointer]) await insideWorkspace(rooms, file)
  }
  return Promise.all(
    planned.map(async (change) => {
      const dataset = declared.datasets?.[change.name]
      if (change.kind !== 'dataset' || change.action !== 'none' || !dataset) return change
      const from = await importedSource(rooms, change.name)
      const file = await insideWorkspace(rooms, dataset.source)
      const to = await digestOfFile(file).catch(() => from)
      if (from === to) return change
      const changes = [
        {
          field: 'source bytes',
          from: from?.slice(0, 19) ?? '(none)',
          to: to?.slice(0, 19) ?? '(none)',
        },
      ]
      return { ...change, action: 'update' as const, changes }
    }),
  )
}

/** Does what is planned, thing by thing, noting each as it is done: an apply that was cut short goes on where it stopped. */
export async function applyDeclaration(
  rooms: Rooms,
  declared: Declaration,
  by: string,
): Promise<readonly PlannedChange[]> {
  const planned = await planDeclaration(rooms, declared)
  for (const change of planned) {
    if (change.action === 'none') continue
    if (change.action === 'remove') {
      await removeOne(rooms, change)
      await rooms.applied.remove(change.kind, change.name)
      continue
    }
    const body = bodyOf(declared, change)
    // A dataset's pointer is looked up in what was applied, so the record comes before the work there; the work can be done twice.
    if (change.kind === 'dataset') await rooms.applied.save(change.kind, change.name, body, by)
    await makeOne(rooms, declared, change, by)
    await rooms.applied.save(change.kind, change.name, body, by)
  }
  return planned
}

const areaOf = {
  dataset: 'datasets',
  features: 'features',
  model: 'models',
  endpoint: 'endpoints',
  monitor: 'monitors',
  labeling: 'labeling',
  policy: 'policies',
  retention: 'retention',
} as const

function bodyOf(declared: Declaration, { kind, name }: PlannedChange): object {
  return (declared[areaOf[kind]] as Readonly<Record<string, object>> | undefined)?.[name] ?? {}
}

async function makeOne(
  rooms: Rooms,
  declared: Declaration,
  { kind, name }: PlannedChange,
  by: string,
): Promise<void> {
  switch (kind) {
    case 'dataset': {
      const dataset = declared.datasets?.[name]
      if (dataset) await makeDataset(rooms, name, dataset, by)
      return
    }
    case 'model': {
      const model = declared.models?.[name]
      if (model) await applyModel(rooms, name, model, by)
      return
    }
    case 'endpoint': {
      const endpoint = declared.endpoints?.[name]
      if (endpoint) await rooms.serving.put(name, endpoint.model, endpoint.alias ?? 'champion')
      return
    }
    case 'monitor': {
      const monitor = declared.monitors?.[name]
      if (monitor) await rooms.monitoring.declare({ name, ...monitor })
      return
    }
    case 'labeling': {
      const queue = declared.labeling?.[name]
      if (!queue) return
      const { endpoint, dataset, below = 0.7, annotators = 1 } = queue
      await rooms.labeling.declare({
        name,
        endpoint,
        dataset,
        below,
        annotators,
        classes: await classesOf(rooms, declared, endpoint, dataset),
      })
      return
    }
    case 'retention': {
      const rule = declared.retention?.[name]
      if (rule) await rooms.tracking.setRetention(name, rule, by)
      return
    }
    // What is declared is all there is of them: they are read where they are used.
    case 'features':
    case 'policy':
      return
  }
}

async function makeDataset(
  rooms: Rooms,
  name: string,
  dataset: DatasetDeclaration,
  by: string,
): Promise<void> {
  const file = await insideWorkspace(rooms, dataset.source)
  const found = await stat(file).catch(() => undefined)
  if (!found?.isFile()) {
    throw new TidemillError('bad_request', {
      problem: `The source of dataset ${name}, ${dataset.source}, is no file in ${rooms.workspace}.`,
    })
  }
  requireReadable(dataset.rules ?? [])
  await rooms.lake.describe(name, {
    description: dataset.description ?? '',
    ...(dataset.label === undefined ? {} : { label: dataset.label }),
    rules: dataset.rules ?? [],
  })
  const { version } = await importDataset(rooms, {
    dataset: name,
    bytes: createReadStream(file, { highWaterMark: 1 << 20 }),
    shownAs: basename(file),
    message: `import of ${dataset.source}`,
    by,
    ...(dataset.format === undefined ? {} : { format: dataset.format }),
    ...(dataset.nullValues === undefined ? {} : { nullValues: dataset.nullValues }),
  })
  if (dataset.cleaning && dataset.cleaning.length > 0) {
    await cleanDataset(rooms, {
      dataset: name,
      version: version.version,
      actions: dataset.cleaning,
      message: 'cleaned as tidemill.yaml says',
      by,
      dry: false,
    })
  }
}

/** The classes a person can choose from: the values the label has in the data, with the words the declaration has for them. */
async function classesOf(rooms: Rooms, declared: Declaration, endpoint: string, dataset: string) {
  const model = declared.models?.[declared.endpoints?.[endpoint]?.model ?? '']
  const { label } = await rooms.lake.get(dataset)
  if (label === undefined) return []
  const file = await rooms.lake.file(dataset)
  const quoted = identifier(label)
  const values = await rooms.query.run(
    `select distinct ${quoted}::varchar as value from data where ${quoted} is not null order by 1 limit 50`,
    { tables: { data: file }, isOurs: true },
  )
  const texts = values.columns[0]
  if (texts?.type !== 'string') return []
  return [...texts.codes].map((code) => {
    const value = texts.dictionary[code] ?? ''
    return { value, label: model?.labels?.[value] ?? value }
  })
}

async function removeOne(rooms: Rooms, { kind, name }: PlannedChange): Promise<void> {
  switch (kind) {
    case 'dataset':
      return unlessGone(rooms.lake.remove(name))
    case 'endpoint':
      return unlessGone(rooms.serving.remove(name))
    case 'monitor':
      return unlessGone(rooms.monitoring.remove(name))
    case 'retention':
      return unlessGone(rooms.tracking.removeRetention(name))
    // A model's versions and a queue's labels are history; what is no longer declared is no longer acted on.
    case 'features':
    case 'model':
    case 'labeling':
    case 'policy':
      return
  }
}

/** Somebody may have removed it by hand, and so may an apply that was cut short before it could note it. */
async function unlessGone(removed: Promise<void>): Promise<void> {
  await removed.catch((error: unknown) => {
    if (!(error instanceof TidemillError) || error.code !== 'not_found') throw error
  })
}

async function importedSource(rooms: Rooms, name: string): Promise<string | undefined> {
  const versions = await rooms.lake.versions(name).catch(() => [])
  return versions.find((version) => version.origin === 'import')?.source
}

async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer)
  return `sha256:${hash.digest('hex')}`
}
