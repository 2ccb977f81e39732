import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where the objects of a cache lie: `files/md5/ab/cdef…`, and `ab/cdef…` where DVC 2 put them. */
export interface ObjectLayout {
  readonly folder: string
  /** Of the current generation, all below it. */
  readonly objects: string
  current(md5: string): string
  old(md5: string): string
  /** The object's file, of either generation; `undefined` when there is none. */
  find(md5: string): string | undefined
}

export function objectLayout(folder: string): ObjectLayout {
  const objects = join(folder, 'files', 'md5')
  const current = (md5: string): string => `${objects}/${md5.slice(0, 2)}/${md5.slice(2)}`
  const old = (md5: string): string => `${folder}/${md5.slice(0, 2)}/${md5.slice(2)}`
  return {
    folder,
    objects,
    current,
    old,
    find(md5) {
      const now = current(md5)
      if (existsSync(now)) return now
      return existsSync(old(md5)) ? old(md5) : undefined
    },
  }
}
