import { join } from 'node:path'
import { basename, dirname, join as posixJoin, normalize } from 'node:path/posix'
import { TidemillError } from '#contract/error'
import { readDotDvc } from '../definition/dot-dvc.ts'
import { readLock } from '../definition/lock-file.ts'
import { buildGraph, type Graph, type Node } from '../graph.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { openLocks, type LockStore } from '../lock-store.ts'
import type { DataFile, Pipeline } from '../model.ts'
import { gitRevision } from '../pipeline-source.ts'
import { findTargets } from '../targets.ts'
import { recordedIn, type RecordedOutput, type Selection } from './recorded-outputs.ts'
import { revisionsOf, type RevisionScope } from './revisions.ts'

/**
 * What is recorded now of a selection, and what the commits of a scope record of it. A commit that has none of a target is passed
 * over; one whose dvc.yaml nobody could run any more is read by its locks and `.dvc` files. Errors: `not_found` for a target that is
 * nowhere.
 */
export function recordedEver(
  pipeline: Pipeline,
  selection: Selection,
  scope: RevisionScope,
): { readonly now: readonly RecordedOutput[]; readonly then: readonly RecordedOutput[] } {
  const { targets = [] } = selection
  const unseen = new Set(targets)
  const of = (each: Pipeline, graph: Graph, locks: LockStore) => {
    const there = targets.filter((target) => isThere(each, graph, target, selection))
    for (const target of there) unseen.delete(target)
    return ofThese(each, graph, locks, selection, there)
  }
  const now = of(pipeline, buildGraph(pipeline), openLocks(pipeline.root))
  const folder = join(pipeline.root, pipeline.folder)
  const then = revisionsOf(pipeline.root, scope).flatMap((revision) => {
    const source = gitRevision(pipeline.root, revision)
    try {
      const old = loadPipeline(folder, { source })
      return of(old, buildGraph(old), openLocks(pipeline.root, source.read))
    } catch (error) {
      if (!(error instanceof TidemillError) || error.code !== 'pipeline_invalid') throw error
      const data = recordsOf(pipeline.root, revision)
      const old: Pipeline = { ...pipeline, stages: [], data, files: [] }
      return of(old, { nodes: data, needs: new Map(), feeds: new Map() }, openLocks(pipeline.root))
    }
  })
  const [nowhere] = unseen
  if (nowhere !== undefined)
    throw new TidemillError('not_found', { kind: 'stage, data or output called', name: nowhere })
  return { now, then }
}

/** What is recorded now of those targets of a selection that are there now. */
export function recordedNow(pipeline: Pipeline, selection: Selection): readonly RecordedOutput[] {
  const graph = buildGraph(pipeline)
  const there = (selection.targets ?? []).filter((each) =>
    isThere(pipeline, graph, each, selection),
  )
  return ofThese(pipeline, graph, openLocks(pipeline.root), selection, there)
}

function ofThese(
  pipeline: Pipeline,
  graph: Graph,
  locks: LockStore,
  selection: Selection,
  targets: readonly string[],
): readonly RecordedOutput[] {
  // no targets at all would mean everything
  if (targets.length === 0 && (selection.targets ?? []).length > 0) return []
  return recordedIn(pipeline, graph, locks, { ...selection, targets }).outputs
}

/** The stages and data files of a selection, of its targets those that are there now. */
export function nodesNow(pipeline: Pipeline, selection: Selection): readonly Node[] {
  const graph = buildGraph(pipeline)
  const { targets = [] } = selection
  if (targets.length === 0) return graph.nodes
  const there = targets.filter((each) => isThere(pipeline, graph, each, selection))
  return there.length === 0 ? [] : findTargets(pipeline, graph, there, selection)
}

function isThere(pipeline: Pipeline, graph: Graph, target: string, selection: Selection): boolean {
  try {
    return findTargets(pipeline, graph, [target], selection).length > 0
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'not_found') return false
    throw error
  }
}

/** What the locks and `.dvc` files of a commit record, those of a lock as if each stage were a data file. */
export function recordsOf(root: string, revision: string): readonly DataFile[] {
  const source = gitRevision(root, revision)
  const found: DataFile[] = []
  const walk = (folder: string): void => {
    for (const { name, folder: isFolder } of source.list(folder)) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (isFolder) {
        walk(path)
        continue
      }
      if (name !== 'dvc.lock' && !(name.endsWith('.dvc') && name !== '.dvc')) continue
      const text = source.read(path)
      // one that Git lists and cannot give records something: nothing is not what it says
      if (text === undefined)
        throw new TidemillError('not_found', { kind: `file of ${revision} called`, name: path })
      found.push(...recordsIn(text, path, root))
    }
  }
  walk('')
  return found
}

/** What a lock or a `.dvc` file records. Errors: `pipeline_invalid`. */
export function recordsIn(text: string, path: string, root: string): readonly DataFile[] {
  return basename(path) === 'dvc.lock' ? stagesOf(text, path) : [readDotDvc(text, path, path, root)]
}

function stagesOf(text: string, path: string): readonly DataFile[] {
  return [...readLock(text, path).stages].map(([address, { outs }]) => ({
    address,
    file: posixJoin(dirname(path), 'dvc.yaml'),
    frozen: false,
    imported: false,
    deps: [],
    outs: outs.map((out) => ({
      path: out.path,
      target: normalize(posixJoin(dirname(path), out.path)),
      kind: 'out',
      cache: true,
      persist: false,
      push: true,
    })),
    entries: outs,
  }))
}
