import { lstatSync, readlinkSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { TidemillError } from '#contract/error'
import { linkTypes } from '../config.ts'
import type { Output } from '../model.ts'
import type { Repository } from '../repository.ts'
import { objectLayout } from './object-layout.ts'

/**
 * Refuses to go on where somebody wrote through a link into the cache: the object there is their edit, which a sound copy would take
 * the place of. An object that may not be written was spoiled by the disk: who reads it next sets it aside. Errors: `unsaved_data`.
 */
export async function refuseEditedLinks(
  { cache, files, config }: Repository,
  outputs: readonly { readonly out: Pick<Output, 'target'> }[],
): Promise<void> {
  if (!linkTypes(config).includes('symlink')) return
  for (const { out } of outputs) {
    const top = files.absolute(out.target)
    const content = await lookAt()
    for (const { path, md5 } of content?.manifest?.files ?? [{ path: '', md5: content?.md5 }]) {
      const object = objectBehind(join(top, path))
      if (object !== undefined && object !== md5 && (await isEdited(object)))
        throw new TidemillError('unsaved_data', { path: join(out.target, path) })
    }

    async function lookAt() {
      try {
        return await files.content(out.target)
      } catch (error) {
        // links whose objects are not here yet hold nothing that could be lost
        if (error instanceof TidemillError) return undefined
        throw error
      }
    }
  }

  /** An object of DVC 2 is named by another digest than its bytes'; reading it never sets it aside. */
  async function isEdited(md5: string): Promise<boolean> {
    const file = cache.path(md5)
    if ((statSync(file).mode & 0o222) === 0) return false
    return file === objectLayout(cache.folder).current(md5) || !(await cache.verify(md5))
  }

  /** The digest that the cache's file behind a link is named by. */
  function objectBehind(file: string): string | undefined {
    if (!lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return undefined
    const object = readlinkSync(file)
    const md5 = `${basename(dirname(object))}${basename(object)}`
    return object === cache.path(md5) ? md5 : undefined
  }
}
