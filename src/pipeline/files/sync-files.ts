import { execFile } from 'node:child_process'
import { close, fsync, open } from 'node:fs'
import { promisify } from 'node:util'

const [opened, synced, closed] = [promisify(open), promisify(fsync), promisify(close)]
const executed = promisify(execFile)

/** From so many on the whole disk is asked once: for 10,000 small files 0.1 s, where a question for each took 1.05 s. */
const many = 64

/** So many waits at a time: the disk writes the journal once for all that wait. */
const together = 64

/** Waits until files, and their names, are on the disk. One that is gone by now is left out. */
export async function syncFiles(files: readonly string[]): Promise<void> {
  const [first] = files
  if (first !== undefined && files.length >= many && (await isDiskSynced(first))) return
  let next = 0
  const work = async (): Promise<void> => {
    for (let file = files[next++]; file !== undefined; file = files[next++]) await sync(file)
  }
  await Promise.all(Array.from({ length: Math.min(together, files.length) }, work))
}

/** The disk that a file is on, where the system's `sync` can be told one. All files of a call lie in one cache, so on one disk. */
async function isDiskSynced(file: string): Promise<boolean> {
  try {
    await executed('sync', ['-f', '--', file])
    return true
  } catch {
    return false
  }
}

async function sync(file: string): Promise<void> {
  let handle: number
  try {
    handle = await opened(file, 'r')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
    throw error
  }
  try {
    await synced(handle)
  } finally {
    await closed(handle)
  }
}
