import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { atomicWrite } from '#store'
import type { Rooms } from '../rooms.ts'

/**
 * Writes the small file that names a dataset's newest version, where the declaration asks for one: a stage that depends on it
 * runs again when the data change.
 */
export async function writePointer(rooms: Rooms, dataset: string): Promise<void> {
  const declared = (await rooms.applied.read()).datasets?.[dataset]
  if (declared?.pointer === undefined) return
  const { version, digest, rows } = await rooms.lake.version(dataset)
  const file = join(rooms.workspace, declared.pointer)
  await mkdir(dirname(file), { recursive: true })
  const text = `${JSON.stringify({ dataset, version, digest, rows }, null, 2)}\n`
  await atomicWrite(file, Buffer.from(text))
}
