import { copiedFrom, kept, ownPairsOf, type Copying } from './copied.ts'
import type { Json } from '../json.ts'
import { orMissing } from './mlflow-server.ts'

interface VersionJson {
  readonly name: string
  readonly version: string
  readonly source?: string
  readonly run_id?: string
  readonly description?: string
  readonly current_stage?: string
  readonly tags?: unknown
}

interface ModelJson {
  readonly name: string
  readonly description?: string
  readonly tags?: unknown
  readonly aliases?: readonly { readonly alias: string; readonly version: string }[]
}

/** Copies registered models and prompts with their versions, stages and aliases. */
export async function copyModels(copying: Copying): Promise<void> {
  const { from, to } = copying
  const models: ModelJson[] = []
  for (const filter of ['', "tags.`mlflow.prompt.is_prompt` = 'true'"]) {
    const asked = { max_results: '100', filter }
    const path = 'registered-models/search'
    for await (const page of from.pages(path, asked, 'registered_models', 'GET')) {
      for (const { name } of page as unknown as readonly ModelJson[]) {
        const { registered_model: model } = await from.get('registered-models/get', { name })
        models.push(model as ModelJson)
      }
    }
  }
  const versions: VersionJson[] = []
  for (const model of models) {
    await kept(copying, `model ${model.name}`, async () => {
      await ensureModel(copying, model)
      versions.push(...(await versionsOf(copying, model.name)))
    })
    copying.onProgress(`${models.length} models`)
  }
  const numbers = new Map<string, string>()
  // A version that is a copy of another's comes after what it is of.
  for (const version of [
    ...versions.filter((each) => !isOfVersion(each)),
    ...versions.filter(isOfVersion),
  ]) {
    const of = `${version.name}/${version.version}`
    await kept(copying, `version ${version.version} of ${version.name}`, async () => {
      numbers.set(of, await copyVersion(copying, version))
    })
  }
  for (const { name, aliases = [] } of models) {
    for (const { alias, version } of aliases) {
      const number = numbers.get(`${name}/${version}`)
      if (number === undefined) continue
      await kept(copying, `alias ${alias} of ${name}`, async () => {
        await to.send('POST', 'registered-models/alias', { name, alias, version: number })
      })
    }
  }
}

function isOfVersion({ source = '' }: VersionJson): boolean {
  return /^models:\/[^/]+\/\d+$/.test(source)
}

async function ensureModel({ to, report }: Copying, model: ModelJson): Promise<void> {
  const { name, description, tags = [] } = model
  if (await orMissing(to.get('registered-models/get', { name }))) return
  await to.send('POST', 'registered-models/create', {
    name,
    tags,
    ...(description === undefined ? {} : { description }),
  })
  report.models++
}

/** Oldest first. */
async function versionsOf({ from }: Copying, name: string): Promise<readonly VersionJson[]> {
  const found: VersionJson[] = []
  const asked = { filter: `name = '${name.replaceAll("'", "''")}'`, max_results: '1000' }
  for await (const page of from.pages('model-versions/search', asked, 'model_versions', 'GET')) {
    found.push(...(page as unknown as readonly VersionJson[]))
  }
  return found.toSorted((a, b) => Number(a.version) - Number(b.version))
}

async function copyVersion(copying: Copying, version: VersionJson): Promise<string> {
  const { to, runs, report } = copying
  const { name, description, current_stage: stage = 'None' } = version
  const of = `${name}/${version.version}`
  const before = await copyOf(copying, name, of)
  if (before !== undefined) {
    report.before++
    return before
  }
  const run = version.run_id === undefined ? undefined : runs.get(version.run_id)
  const source = sourceOf(copying, version.source ?? '')
  const model = /^models:\/(m-[0-9a-f]{32})/.exec(source)?.[1]
  const made = await to.send('POST', 'model-versions/create', {
    name,
    source,
    // MLflow's server counts by itself; this one keeps a number that is still free.
    version: version.version,
    tags: [...ownPairsOf(version.tags), { key: copiedFrom, value: of }],
    ...(run === undefined ? {} : { run_id: run }),
    ...(model === undefined ? {} : { model_id: model }),
    ...(description === undefined ? {} : { description }),
  })
  const number = String((made.model_version as Json).version)
  if (number !== version.version) {
    report.problems.push(`version ${version.version} of ${name} has the number ${number} there`)
  }
  if (stage !== 'None') {
    await to.send('POST', 'model-versions/transition-stage', { name, version: number, stage })
  }
  report.versions++
  return number
}

async function copyOf({ to }: Copying, name: string, of: string): Promise<string | undefined> {
  const quoted = (text: string): string => text.replaceAll("'", "''")
  const filter = `name = '${quoted(name)}' AND tags.\`${copiedFrom}\` = '${quoted(of)}'`
  const { model_versions: found } = await to.get('model-versions/search', { filter })
  const [copy] = (found as readonly VersionJson[] | undefined) ?? []
  return copy?.version
}

/** The address of a version's files, in terms of the copies. */
function sourceOf({ runs, loggedModels }: Copying, source: string): string {
  const model = /^models:\/(m-[0-9a-f]{32})(.*)$/.exec(source)
  if (model) return `models:/${loggedModels.get(model[1] ?? '') ?? model[1]}${model[2] ?? ''}`
  const stored = /^mlflow-artifacts:\/+\d+\/models\/(m-[0-9a-f]{32})\/artifacts\/?(.*)$/.exec(
    source,
  )
  if (stored) return `models:/${loggedModels.get(stored[1] ?? '') ?? stored[1]}`
  const run =
    /^runs:\/([0-9a-f]{32})\/?(.*)$/.exec(source) ??
    /\/([0-9a-f]{32})\/artifacts\/?(.*)$/.exec(source)
  return run ? `runs:/${runs.get(run[1] ?? '') ?? run[1]}/${run[2] ?? ''}` : source
}
