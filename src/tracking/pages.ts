import { TidemillError } from '#contract'

/** Where a page ended: a key that new rows do not move, or a place where the order is the caller's; and of which question. */
export interface Place {
  readonly offset: number
  readonly question: string
  readonly key?: readonly [number, string]
  /** In the order of a metric: whether it ended among numbers, NaN or what has none, and at which number. */
  readonly part?: 0 | 1 | 2
  readonly value?: number
}

export function writeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** The place a cursor names; another question's is refused. */
export function readCursor(cursor: string, question: string): Place {
  let place: Place | undefined
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Place
  } catch {
    place = undefined
  }
  if (place && isPlace(place) && place.question === question) return place
  const problem = 'The page token is not one this server gave for this search.'
  throw new TidemillError('bad_request', { problem })
}

/** Tokens come back from callers, who may have written them. */
function isPlace({ offset, key, part = 0, value = 0 }: Place): boolean {
  if (![0, 1, 2].includes(part) || !Number.isFinite(value)) return false
  if (!Number.isSafeInteger(offset) || offset < 0) return false
  if (key === undefined) return true
  return Array.isArray(key) && Number.isSafeInteger(key[0]) && typeof key[1] === 'string'
}

/** What a page token stands for, short: the same search gives the same text. */
export function questionOf(parts: readonly unknown[]): string {
  let hash = 5381
  for (const letter of JSON.stringify(parts)) hash = (hash * 33 + (letter.codePointAt(0) ?? 0)) | 0
  return hash.toString(36)
}
