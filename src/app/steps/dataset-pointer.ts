import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { TidemillError } from '#contract'
import { atomicWrite } from '#store'
import type { Rooms } from '../rooms.ts'
import { insideWorkspace } from './inside-workspace.ts'

/**
 * Writes the small file that names a dataset's newest version, where the declaration asks for one: a stage that depends on it
 * runs again when the data change.
 */
export async function writePointer(rooms: Rooms, dataset: string): Promise<void> {
  const declared = (await rooms.applied.read()).datasets?.[dataset]
  if (declared?.pointer === undefined) return
  const { version, digest, rows } = await rooms.lake.version(dataset)
  const file = await insideWorkspace(rooms, declared.pointer)
  await refuseOther(file, declared.pointer)
  await mkdir(dirname(file), { recursive: true })
  const text = `${JSON.stringify({ dataset, version, digest, rows }, null, 2)}\n`
  await atomicWrite(file, Buffer.from(text))
}

/** A file that is there and is no pointer is somebody's work, and stays. */
async function refuseOther(file: string, shown: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined || /^\s*\{\s*"dataset":/.test(text)) return
  const problem = `${shown} is not overwritten: it is there already and is no pointer to a dataset. Name another file as pointer, or move it.`
  throw new TidemillError('conflict', { problem })
}
