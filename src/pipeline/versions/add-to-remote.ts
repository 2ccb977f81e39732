import { basename, join } from 'node:path/posix'
import { dotDvcText } from '../definition/dot-dvc.ts'
import { hideFromGit } from '../files/git-ignore.ts'
import { stageInGit } from '../files/stage-in-git.ts'
import { replaceFile } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { openRepository, readText } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import type { Added } from './add.ts'
import { isExternal, nameAt } from './external-source.ts'
import { placeFor } from './import-file.ts'
import { sendSource } from './send-source.ts'

/**
 * Puts a file or folder under version whose content goes straight to a remote: for what is too large to lie here. Errors:
 * `not_found`, those of remotes.
 */
export async function addToRemote(
  pipeline: Pipeline,
  source: string,
  options: { readonly out?: string; readonly remote?: string } = {},
): Promise<Added> {
  const repository = openRepository(pipeline.root)
  const from = isExternal(source) ? source : join(pipeline.root, pipeline.folder, source)
  const name = isExternal(source) ? nameAt(source) : basename(source)
  const { target, file } = placeFor(pipeline, name, options)
  return withRepositoryLock(repository, async () => {
    const { entry } = await sendSource(repository, from, options.remote)
    const path = join(pipeline.root, file)
    const before = readText(path)
    const text = dotDvcText([{ ...entry, path: basename(target) }], before, file)
    if (text !== before) replaceFile(path, text)
    const changed = [...(text === before ? [] : [file]), ...hideFromGit(pipeline.root, [target])]
    return {
      path: target,
      file,
      md5: entry.md5 ?? '',
      size: entry.size ?? 0,
      ...(entry.nfiles === undefined ? {} : { nfiles: entry.nfiles }),
      changed,
      staged: stageInGit(repository, changed),
    }
  })
}
