import { stat } from 'node:fs/promises'
import { TidemillError } from '#contract/error'

/** Refuses a path that is no file before anything is begun. */
export async function inputFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined)
  if (found?.isFile()) return
  const problem = found ? `${file} is a folder; a file is needed.` : `There is no file ${file}.`
  throw new TidemillError('bad_request', { problem })
}
