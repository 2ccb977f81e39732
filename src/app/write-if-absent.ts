import { writeFile } from 'node:fs/promises'

/** What is there already stays as it is. */
export async function writeIfAbsent(file: string, text: string): Promise<void> {
  await writeFile(file, text, { flag: 'wx' }).catch((error: unknown) => {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
  })
}
