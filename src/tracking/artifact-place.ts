import { TidemillError } from '#contract'

/** A file or folder by whose it is. */
export interface Place {
  readonly owner: string
  readonly path: string
}

/**
 * What a path below `mlflow-artifacts:/` names: `<experiment>/<run>/artifacts/…`, or the same with `models/<id>` or `traces/<id>`.
 * Paths are rows here, not files, so none leads out; those that try are refused all the same.
 */
export function placeOf(path: string): Place {
  const match = /^\/?\w+\/(?:models\/|traces\/)?([\w-]+)\/artifacts(?:\/(.*))?$/.exec(path)
  const [, owner, rest = ''] = match ?? []
  if (owner === undefined) throw badPath(path)
  return { owner, path: plainPath(rest) }
}

/** A path within a run's files; `''` for all of them. */
export function plainPath(path: string): string {
  const trimmed = path.replace(/\/+$/, '')
  if (trimmed === '') return ''
  const isPlain = trimmed.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  if (!isPlain || /%(?:2e|2f|5c|00)|[\\\0]/i.test(trimmed)) throw badPath(path)
  return trimmed
}

function badPath(path: string): TidemillError {
  return new TidemillError('bad_request', { problem: `Invalid path: ${JSON.stringify(path)}.` })
}

/** Where an address points, when it is one of this server's own. */
export function ownPlaceOf(uri: string): Place | undefined {
  const run = /^runs:\/([\w-]+)\/?(.*)$/.exec(uri)
  if (run) return { owner: run[1] ?? '', path: plainPath(run[2] ?? '') }
  const model = /^models:\/(m-[0-9a-f]{32})\/?(.*)$/.exec(uri)
  if (model) return { owner: model[1] ?? '', path: plainPath(model[2] ?? '') }
  const stored = /^mlflow-artifacts:\/+(.*)$/.exec(uri)
  return stored ? placeOf(stored[1] ?? '') : undefined
}
