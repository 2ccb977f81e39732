import { posix } from 'node:path'
import { TidemillError } from '#contract'

/** Where a run's name is kept for MLflow's clients, which read it from there. */
export const nameTag = 'mlflow.runName'

const known = new Set<string>()
const kept = 10_000

/** A key of a metric, param or tag: letters, digits and `_-. :/`, at most 250, and as a path nothing but itself. */
export function checkKey(kind: string, key: unknown): string {
  if (typeof key !== 'string') throw badName(kind, String(key), 'it is missing')
  if (known.has(key)) return key
  checkLength(kind, key)
  if (!/^[/\p{L}\p{N}_.\- :]*$/u.test(key)) {
    throw badName(kind, key, 'it may hold letters, digits, _ - . : / and spaces only')
  }
  const isPlain = posix.normalize(key) === key && key !== '.' && !/^(?:\.\.|\/)|\/$/.test(key)
  if (!isPlain) throw badName(kind, key, 'as a path it would name something else')
  if (known.size < kept) known.add(key)
  return key
}

/** A key of a tag that a run is made with: there MLflow takes any sign. */
export function checkFirstTag(key: string): string {
  checkLength('tag', key)
  return key
}

function checkLength(kind: string, key: string): void {
  if (key === '') throw badName(kind, key, 'it is empty')
  if (key.length > 250) throw badName(kind, key.slice(0, 60), 'it is longer than 250 characters')
}

/** A run has a name, which its tag tells MLflow's clients: without the tag they would differ. */
export function refuseNameless(tag: string): void {
  if (tag !== nameTag) return
  const problem = `The tag ${nameTag} is the run's name, which is changed and not removed.`
  throw new TidemillError('bad_request', { problem })
}

function badName(kind: string, name: string, problem: string): TidemillError {
  return new TidemillError('bad_request', {
    problem: `"${name}" is no name for a ${kind}: ${problem}.`,
  })
}
