import { extname } from 'node:path'
import { TidemillError } from '#contract'
import { csv } from './csv.ts'
import type { Format } from './format.ts'
import { jsonl } from './jsonl.ts'
import { parquet } from './parquet.ts'

const formats: readonly Format[] = [csv, parquet, jsonl]

/** The format of that name, or the one the file's name says; CSV when neither says anything. */
export function formatOf(name: string | undefined, file: string): Format {
  const extension = extname(file).toLowerCase()
  if (name === undefined) {
    return formats.find((format) => format.extensions.includes(extension)) ?? csv
  }
  const found = formats.find((format) => format.name === name)
  if (!found) {
    const known = formats.map((format) => format.name).join(', ')
    throw new TidemillError('bad_request', {
      problem: `There is no format ${name}; there are ${known}.`,
    })
  }
  return found
}
