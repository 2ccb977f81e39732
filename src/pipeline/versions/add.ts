import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import { commitContent, contentToKeep, relink } from '../cache/outputs.ts'
import { entryOf } from '../changes.ts'
import { linkTypes } from '../config.ts'
import { dotDvcText } from '../definition/dot-dvc.ts'
import { targetOf } from '../definition/read-stage.ts'
import { hideFromGit } from '../files/git-ignore.ts'
import { stageInGit } from '../files/stage-in-git.ts'
import { buildGraph } from '../graph.ts'
import { replaceFile } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { openRepository, readText } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'

export interface Added {
  readonly path: string
  /** The `.dvc` file. */
  readonly file: string
  readonly md5: string
  readonly size: number
  readonly nfiles?: number
  /** Files to put into Git: the `.dvc` file and .gitignore where they changed. */
  readonly changed: readonly string[]
  /** Whether they were put there, as `core.autostage` asks. */
  readonly staged: boolean
}

/**
 * Puts files and folders under version: content into the cache, a `.dvc` file beside each, a line in .gitignore. A path inside
 * data that is tracked already brings that data up to date. Errors: `not_found`, `conflict` for an output of a stage.
 */
export async function add(
  pipeline: Pipeline,
  paths: readonly string[],
  options: { readonly commit?: boolean; readonly relink?: boolean } = {},
): Promise<readonly Added[]> {
  const repository = openRepository(pipeline.root)
  const graph = buildGraph(pipeline)
  return withRepositoryLock(repository, async () => {
    const added: Omit<Added, 'staged'>[] = []
    const targets = paths.map((path) => targetOf(path, pipeline.folder, pipeline.root))
    for (const [index, target] of targets.entries())
      added.push(await addOne(target, paths[index] ?? target))
    const files = added.flatMap((each) => each.changed)
    const staged = stageInGit(repository, [...new Set(files)])
    return added.map((each) => ({ ...each, staged }))
  })

  async function addOne(asked: string, path: string): Promise<Omit<Added, 'staged'>> {
    if (asked.startsWith('/')) {
      throw new TidemillError('conflict', {
        problem: `${path} lies outside the repository ${pipeline.root}.`,
      })
    }
    for (const stage of pipeline.stages) {
      const out = stage.outs.find((one) => touches(one.target, asked))
      if (out) {
        throw new TidemillError('conflict', {
          problem: `${path} is, or lies in or round, the output ${out.path} of the stage ${stage.address}.`,
        })
      }
    }
    const tracked = pipeline.data.find((data) =>
      data.outs.some((out) => asked.startsWith(`${out.target}/`)),
    )
    const target = tracked?.outs[0]?.target ?? asked
    const inner = graph.nodes.find((node) =>
      node.outs.some((out) => out.target.startsWith(`${target}/`)),
    )
    if (inner) {
      throw new TidemillError('conflict', {
        problem: `${path} holds data that ${inner.file} tracks already.`,
      })
    }
    const content =
      options.commit === false
        ? await repository.files.content(target)
        : await contentToKeep(repository, target)
    if (!content) throw new TidemillError('not_found', { kind: 'file or folder', name: path })
    if (repository.ignored.ignored(target, content.manifest !== undefined)) {
      throw new TidemillError('conflict', { problem: `${path} is hidden by .dvcignore.` })
    }
    if (options.commit !== false) {
      const kept = commitContent(repository, target, content)
      // what was found out is written down while the disk is at work
      try {
        repository.state.save()
      } finally {
        await kept
      }
      if (options.relink !== false)
        await relink(repository, target, content, linkTypes(repository.config))
    }
    const known = pipeline.data.find((data) => data.outs.some((out) => out.target === target))
    const file = known?.file ?? `${target}.dvc`
    const name =
      known?.outs.find((out) => out.target === target)?.path ??
      target.slice(target.lastIndexOf('/') + 1)
    const entries = known?.entries.filter((entry) => entry.path !== name) ?? []
    const before = readText(join(pipeline.root, file))
    const text = dotDvcText([...entries, entryOf(name, content)], before, file)
    if (text !== before) replaceFile(join(pipeline.root, file), text)
    const ignored = hideFromGit(pipeline.root, [target])
    return {
      path: target,
      file,
      md5: content.md5,
      size: content.size,
      ...(content.nfiles === undefined ? {} : { nfiles: content.nfiles }),
      changed: [...(text === before ? [] : [file]), ...ignored],
    }
  }
}

function touches(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`)
}
