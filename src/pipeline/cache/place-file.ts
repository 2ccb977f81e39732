import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { isDiskFull } from '#contract/error'
import { moveFile } from '../files/move-file.ts'

export type LinkType = 'reflink' | 'hardlink' | 'symlink' | 'copy'

/** Makes a file of the work tree out of an object: a link of the first kind that the disk can make, else a copy. */
export interface Placer {
  place(source: string, target: string, links: readonly LinkType[], mode: number): Promise<void>
  /** The kind that will be tried first. */
  first(links: readonly LinkType[]): LinkType
}

export function placer(): Placer {
  // a disk that cannot share blocks is asked once
  let reflinks = true
  return {
    first(links) {
      return links.find((type) => reflinks || type !== 'reflink') ?? 'copy'
    },
    async place(source, target, links, mode) {
      for (const type of links) {
        try {
          if (type === 'reflink') {
            if (!reflinks) continue
            fs.copyFileSync(source, target, fs.constants.COPYFILE_FICLONE_FORCE)
            fs.chmodSync(target, mode)
          } else if (type === 'hardlink') fs.linkSync(source, target)
          else if (type === 'symlink') fs.symlinkSync(source, target)
          else break
          return
        } catch (error) {
          fs.rmSync(target, { force: true })
          if (type === 'reflink') reflinks = false
          if (isDiskFull(error)) throw error
        }
      }
      await fs.promises.copyFile(source, target)
      fs.chmodSync(target, mode)
    },
  }
}

/** Moves a file into a folder that may not be there yet. */
export function moveOver(from: string, to: string): void {
  try {
    moveFile(from, to)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' && !fs.existsSync(dirname(to))) {
      fs.mkdirSync(dirname(to), { recursive: true })
    } else {
      throw error
    }
    moveOver(from, to)
  }
}
