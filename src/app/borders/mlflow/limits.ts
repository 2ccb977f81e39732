import { pipeline, Transform, type Readable } from 'node:stream'
import { TidemillError } from '#contract'
import { checkKey } from '#tracking'
import { wrong, type Input } from './input.ts'

/** A text of at most so many characters. */
export function shortText(input: Input, name: string, most: number): string | undefined {
  const text = input.text(name)
  if (text === undefined || text.length <= most) return text
  throw wrong(name, `${text.slice(0, 60)}…`, `at most ${most} characters`)
}

/** Of what MLflow limits by no rule of names: keys stand in indexes, which take no text of any length. */
export const longest = {
  key: 250,
  datasetName: 500,
  digest: 36,
  source: 65_535,
  schema: 1_048_575,
  profile: 16_777_215,
  inputTag: 500,
  registryTag: 100_000,
  traceTag: 8000,
} as const

/** The key of a tag, which must be there. */
export function tagKey(input: Input): string {
  input.need('key')
  return shortText(input, 'key', longest.key) ?? ''
}

/** The key of a tag that MLflow's server takes by its rule of names alone. */
export function namedKey(input: Input): string {
  return checkKey('tag', input.need('key'))
}

/** Keys and values of a new trace, as MLflow's clients cut them. */
export function traceTexts(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).map(([key, value]) => [
      key.slice(0, longest.key),
      value.slice(0, longest.traceTag),
    ]),
  )
}

/**
 * A body that is held whole in memory, through whatever unpacks it, ends with an error when it is longer. What is left of it is let go
 * then, so that its sender comes to read the answer.
 */
export function atMostBytes(most: number, stream: Readable, unpack?: Transform): Readable {
  let size = 0
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length
      if (size > most) done(new TidemillError('too_large', { limit: `${most} bytes` }))
      else done(null, chunk)
    },
  })
  // The error is heard by who reads what comes out.
  const ended = (): void => undefined
  if (unpack) pipeline(stream, unpack, counted, ended)
  else pipeline(stream, counted, ended)
  return counted
}
