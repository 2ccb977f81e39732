import { TidemillError } from '#contract/error'
import { checkoutEntry, holdsAll, relink, type CheckoutChange } from '../cache/outputs.ts'
import { linkTypes } from '../config.ts'
import { hideFromGit } from '../files/git-ignore.ts'
import { isRecorded } from '../files/is-recorded.ts'
import { writablePath } from '../files/writable-path.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { openRepository, type Repository } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { isAskedFor, recordedOutputs, type Selection } from './recorded-outputs.ts'

export interface CheckoutResult {
  readonly changed: readonly { readonly path: string; readonly change: CheckoutChange }[]
  /** Outputs whose content is not in the cache. */
  readonly missing: readonly string[]
}

export interface CheckoutOptions extends Selection {
  /** Lose data that is kept nowhere else. */
  readonly force?: boolean
  /** Puts links or copies anew where the content is right already. */
  readonly relink?: boolean
}

/**
 * Makes the work tree what dvc.lock and the `.dvc` files say. Errors: `unsaved_data` before anything of that output is touched; at
 * the end, when the others are in place, `conflict` for a place that is not the repository's and `object_corrupt`.
 */
export async function checkout(
  pipeline: Pipeline,
  options: CheckoutOptions = {},
): Promise<CheckoutResult> {
  const repository = openRepository(pipeline.root)
  return withRepositoryLock(repository, () => checkoutAll(pipeline, repository, options))
}

export async function checkoutAll(
  pipeline: Pipeline,
  repository: Repository,
  options: CheckoutOptions,
): Promise<CheckoutResult> {
  const { outputs } = recordedOutputs(pipeline, openLocks(pipeline.root), options)
  const changed: { path: string; change: CheckoutChange }[] = []
  const missing: string[] = []
  const refused: unknown[] = []
  const damaged: string[] = []
  for (const recorded of outputs) {
    const { out, entry, inside } = recorded
    if (!out.cache || entry.md5 === undefined) continue
    const only = inside === undefined ? {} : { only: (path: string) => isAskedFor(recorded, path) }
    const isRight = await isRecorded(repository.files, out.target, entry)
    const again =
      isRight && options.relink && repository.cache.has(entry.md5)
        ? await repository.files.content(out.target)
        : undefined
    if (isRight && !again) continue
    if (!isRight && !holdsAll(repository, entry.md5, only.only)) {
      missing.push(...(inside ?? [out.target]))
      continue
    }
    try {
      writablePath(pipeline.root, out.target)
    } catch (error) {
      // a place that is not the repository's does not keep the others
      refused.push(error)
      continue
    }
    if (again) {
      await relink(repository, out.target, again, linkTypes(repository.config), true)
      continue
    }
    const force = options.force ? { force: true } : {}
    try {
      const change = await checkoutEntry(repository, out, entry, { ...force, ...only })
      if (change) changed.push({ path: out.target, change })
    } catch (error) {
      if (!(error instanceof TidemillError) || error.code !== 'object_corrupt') throw error
      damaged.push(`${String(error.details.digest)} of ${out.target}`)
    }
  }
  hideFromGit(
    pipeline.root,
    changed.map(({ path }) => path),
  )
  if (refused.length > 0) throw refused[0]
  if (damaged.length > 0) throw new TidemillError('object_corrupt', { digest: damaged.join(', ') })
  return { changed, missing }
}
