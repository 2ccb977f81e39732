import { readFile } from 'node:fs/promises'
import { TidemillError } from '#contract'

export type ArgumentRow = Readonly<Record<string, number | string | boolean | null>>

/** One row out of NAME=VALUE words: numbers as numbers, nothing behind = as missing. */
export function rowOfWords(words: readonly string[]): ArgumentRow {
  return Object.fromEntries(
    words.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) {
        throw new TidemillError('bad_request', {
          problem: `"${pair}" is not NAME=VALUE; for example: "Glucose=148".`,
        })
      }
      const text = pair.slice(at + 1)
      const number = Number(text)
      const value = text === '' ? null : Number.isNaN(number) ? text : number
      return [pair.slice(0, at), value]
    }),
  )
}

/** Rows out of a JSON file with an array of objects. */
export async function rowsOfFile(file: string): Promise<readonly ArgumentRow[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new TidemillError('bad_request', { problem: `${file} cannot be read.` }, cause)
  })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new TidemillError('bad_request', { problem: `${file} is not JSON.` }, cause)
  }
  if (Array.isArray(value)) return value as readonly ArgumentRow[]
  throw new TidemillError('bad_request', {
    problem: `${file} must hold a JSON array of objects, one a row.`,
  })
}
