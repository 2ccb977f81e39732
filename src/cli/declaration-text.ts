import { readFile } from 'node:fs/promises'
import { TidemillError } from '#contract'

export async function readDeclarationText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new TidemillError(
      'bad_request',
      {
        problem: `${file} cannot be read; "tidemill init" makes one, or name another file.`,
      },
      cause,
    )
  }
}
