import {
  isDigest,
  TidemillError,
  type FileState,
  type ModelVersion,
  type Verification,
} from '#contract'
import { filesBelow } from '#registry'
import type { Rooms } from '../rooms.ts'

/** Reads every byte of a version again: whether each file is what was registered, and whose signatures count. */
export async function verifyVersion(rooms: Rooms, of: ModelVersion): Promise<Verification> {
  const { model, version } = of
  const manifest = await rooms.registry.manifest(model, version)
  const signatures = [...(await rooms.registry.signatures(model, version))]
  const signed = signatures.some((each) => each.valid)
  const base = { model, version, signed, signatures }
  if (!manifest) {
    const problem =
      of.uri === undefined || /^(?:runs|models|mlflow-artifacts):/.test(of.uri)
        ? 'It was registered before manifests were kept; register it again to have one.'
        : `Its files are in another store, ${of.uri}, which this server does not read.`
    return { ...base, intact: false, problem, files: [] }
  }
  const files = await stateOf(rooms, manifest)
  for (const file of files) {
    if (file.state === 'same' && !(await isWhole(rooms, file.expected ?? ''))) {
      files[files.indexOf(file)] = { ...file, state: 'damaged' }
    }
  }
  return { ...base, intact: files.every((file) => file.state === 'same'), manifest, files }
}

/**
 * Refuses a version whose files are not those it was registered with. Looks at what is recorded of them, not at their bytes. A file more
 * changes nothing, but for an MLmodel: it decides which file MLflow's clients load.
 */
export async function requireUnchanged(
  rooms: Rooms,
  { model, version }: ModelVersion,
): Promise<void> {
  const manifest = await rooms.registry.manifest(model, version)
  if (!manifest) return
  const wrong = (await stateOf(rooms, manifest)).filter(
    ({ path, state }) =>
      state === 'changed' || state === 'missing' || (state === 'added' && path === 'MLmodel'),
  )
  if (wrong.length === 0) return
  const problem = `${wrong.map(({ path, state }) => `${path} is ${state}`).join(', ')}.`
  throw new TidemillError('version_changed', { model, version, problem })
}

async function stateOf(
  rooms: Rooms,
  { owner, folder, files }: NonNullable<Verification['manifest']>,
): Promise<FileState[]> {
  const all = await rooms.tracking.artifacts(owner)
  const paths = new Set(files.map((file) => file.path))
  // A run's uppermost folder is not the version's own: what else lies there is the run's.
  const isOwn = folder !== '' || owner.startsWith('m-')
  const found = filesBelow(folder, all).filter(
    ({ path }) => isOwn || path === 'MLmodel' || paths.has(path),
  )
  const now = new Map(found.map((file) => [file.path, file.digest]))
  const known = files.map(({ path, digest, size }): FileState => {
    const is = now.get(path)
    const state = is === undefined ? 'missing' : is === digest ? 'same' : 'changed'
    return { path, state, expected: digest, size, ...(is === undefined ? {} : { found: is }) }
  })
  const added = found
    .filter(({ path }) => !paths.has(path))
    .map(({ path, digest, size }): FileState => ({ path, state: 'added', found: digest, size }))
  return [...known, ...added]
}

/** Whether the stored bytes still have their digest. */
async function isWhole(rooms: Rooms, digest: string): Promise<boolean> {
  if (!isDigest(digest)) return false
  try {
    for await (const _ of await rooms.objects.get(digest));
    return true
  } catch (error) {
    const isGone =
      error instanceof TidemillError && ['object_corrupt', 'not_found'].includes(error.code)
    if (isGone) return false
    throw error
  }
}
