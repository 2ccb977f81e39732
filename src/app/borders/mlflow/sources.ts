import { TidemillError, type ModelVersion } from '#contract'
import { ownPlaceOf } from '#tracking'
import { found } from '../../found.ts'
import type { Rooms } from '../../rooms.ts'
import { loggedModelRoot } from './wire.ts'

/** Where a version's files are, and the run that left them, where one did. */
export interface CheckedSource {
  readonly uri: string
  readonly run?: string
}

/**
 * Checks where a version says its files are, and answers where they really are: a copy's are its original's. Only addresses that
 * name files of the given run or model, or a store the client reads itself, are taken; this server never reads an address. Whoever
 * registers a logged model or a copy leaves it to the server to know the run.
 */
export async function checkSource(
  rooms: Rooms,
  source: string,
  run: string,
  model: string,
): Promise<CheckedSource> {
  if (/\.\.|%|[\\\s\0?#]/.test(source)) throw badSource(source, 'it holds a way out of its folder')
  if (/^(?:s3|gs|dbfs|wasbs):\/\/?[^/]/.test(source)) return checked(source, run)
  const registered = /^models:\/([^/@]+)\/(\d+)$/.exec(source)
  if (registered) {
    const [, name = '', number = ''] = registered
    const original = await found(rooms.registry.version(name, Number(number)))
    if (!original) throw badSource(source, 'there is no such version')
    return checked(filesOf(original), run, original.run)
  }
  const place = /^(?:runs|models|mlflow-artifacts):\//.test(source) ? ownPlaceOf(source) : undefined
  if (!place) {
    throw badSource(source, 'it is neither files of a run or logged model here nor an object store')
  }
  if (source.startsWith('models:') && model !== '' && place.owner !== model) {
    throw badSource(source, `it is not of the model ${model}`)
  }
  if (source.startsWith('runs:') && run !== '' && place.owner !== run) {
    throw badSource(source, `it is not of the run ${run}`)
  }
  const isModel = place.owner.startsWith('m-')
  const owner = await (isModel
    ? found(rooms.tracking.loggedModel(place.owner)).then((is) => is && { run: is.run })
    : found(rooms.tracking.run(place.owner)).then((is) => is && { run: is.id }))
  if (!owner) throw badSource(source, 'there is no such run or logged model')
  return checked(source, run, owner.run)
}

function checked(uri: string, given: string, known?: string): CheckedSource {
  const run = given === '' ? known : given
  return { uri, ...(run === undefined ? {} : { run }) }
}

/** Where a version's files are. */
export function filesOf({ model, version, uri }: ModelVersion): string {
  if (uri !== undefined) return uri
  const problem = `No files are recorded of version ${version} of ${model}: it is a prompt, or was registered before that was kept; register it again.`
  throw new TidemillError('conflict', { problem })
}

/** Where a client downloads a version's files; those of MLflow 2 know no addresses of logged models. */
export async function downloadOf(rooms: Rooms, version: ModelVersion): Promise<string> {
  const uri = filesOf(version)
  if (!/^models:\/m-[0-9a-f]{32}$/.test(uri)) return uri
  const model = await found(rooms.tracking.loggedModel(uri.slice('models:/'.length)))
  return model ? loggedModelRoot(model) : uri
}

function badSource(source: string, problem: string): TidemillError {
  return new TidemillError('bad_request', {
    problem: `Invalid model version source: ${JSON.stringify(source)}: ${problem}.`,
  })
}
