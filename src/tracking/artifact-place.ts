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
  if (!isPlain(trimmed)) throw badPath(path)
  return trimmed
}

/** However often it is decoded, and with what URL parsers drop left out, it names what it seems to name. */
function isPlain(path: string): boolean {
  for (let text = path; ;) {
    const parts = text.split('/')
    const leads = parts.some((part) => part === '' || part === '.' || part === '..')
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    if (leads || /[\\\0-\x1f]/.test(text) || /^[a-z]:/i.test(text)) return false
    const next = decoded(text)
    if (next === text) return true
    text = next
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A percent sign that stands for itself.
    return text.replaceAll(/%(2e|2f|5c|25|00|09|0a|0d)/gi, (code) => decodeURIComponent(code))
  }
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
