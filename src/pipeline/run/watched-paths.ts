import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isStage, type Node } from '../graph.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { lockOf, type LockStore } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { workTree } from '../pipeline-source.ts'
import type { Repository } from '../repository.ts'

/** More is not worth it: looking at the entries would take as long as looking in earnest. */
const most = 5000

/** Every path whose change could make one of these steps run; `undefined` when there are too many. */
export function watchedPaths(
  pipeline: Pipeline,
  repository: Repository,
  locks: LockStore,
  steps: readonly Node[],
): ReadonlySet<string> | undefined {
  const paths = new Set(['.dvc/config', '.dvc/config.local', '.dvc/tmp/tidemill/circumstances'])
  const tree = workTree(pipeline.root)
  const source = {
    ...tree,
    read(path: string) {
      paths.add(path)
      return tree.read(path)
    },
    list(folder: string) {
      paths.add(folder === '' ? '.' : folder)
      for (const name of ['.gitignore', '.dvcignore']) paths.add(join(folder, name))
      return tree.list(folder)
    },
  }
  // once more, to see which files and folders are asked for
  loadPipeline(join(pipeline.root, pipeline.folder), { source })

  const addTree = (target: string): void => {
    paths.add(target)
    const path = repository.files.absolute(target)
    if (paths.size > most || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) addTree(join(target, entry.name))
      else paths.add(join(target, entry.name))
    }
  }
  for (const node of steps) {
    const locked = isStage(node) ? locks.get(node) : undefined
    if (isStage(node)) {
      paths.add(lockOf(node.file))
      for (const { target } of node.params) paths.add(target)
    }
    for (const { target } of [...node.deps, ...node.outs]) {
      addTree(target)
      // an ignored output is as none: every folder above may say so
      for (let above = dirname(target); ; above = dirname(above)) {
        paths.add(join(above, '.dvcignore'))
        if (above === '.' || above === '/') break
      }
    }
    for (const { md5 } of isStage(node) ? (locked?.outs ?? []) : node.entries) {
      if (md5 === undefined) continue
      paths.add(repository.cache.path(md5))
      const inside = md5.endsWith('.dir') ? (repository.cache.manifest(md5) ?? []) : []
      for (const file of inside) paths.add(repository.cache.path(file.md5))
    }
    if (paths.size > most) return undefined
  }
  return paths
}
