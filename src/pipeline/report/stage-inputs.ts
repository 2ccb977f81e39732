import type { Graph } from '../graph.ts'
import { openLocks } from '../lock-store.ts'
import type { Entry, Pipeline, Stage } from '../model.ts'
import { inspector } from '../changes.ts'
import { openRepository } from '../repository.ts'
import { toPlain, type Plain } from '../values/plain.ts'

/** A file that a stage reads or makes, with what its lock records of it. */
export interface StageFile {
  readonly path: string
  readonly kind: string
  readonly digest?: string
  readonly size?: number
  readonly files?: number
  /** The stage or `.dvc` file that makes it. */
  readonly from?: string
}

export interface StageInputs {
  readonly deps: readonly StageFile[]
  readonly outs: readonly StageFile[]
  /** Parameters as they are and as they were in the recorded run. */
  readonly params: readonly {
    readonly name: string
    readonly value: Plain
    readonly recorded: Plain
  }[]
}

/** What a stage reads, makes and is set by. */
export function stageInputs(pipeline: Pipeline, graph: Graph, stage: Stage): StageInputs {
  const locks = openLocks(pipeline.root)
  const locked = locks.get(stage)
  const needed = graph.needs.get(stage) ?? []
  const makerOf = (target: string) =>
    needed.find((node) =>
      node.outs.some((out) => target === out.target || target.startsWith(`${out.target}/`)),
    )?.address
  const params = inspector(openRepository(pipeline.root), locks).params(stage)
  return {
    deps: stage.deps.map((dep) => {
      const from = makerOf(dep.target)
      return {
        path: dep.target,
        kind: from === undefined ? 'source' : 'made',
        ...facts(locked?.deps.find((entry) => entry.path === dep.path)),
        ...(from === undefined ? {} : { from }),
      }
    }),
    outs: stage.outs.map((out) => ({
      path: out.target,
      kind: out.kind,
      ...facts(locked?.outs.find((entry) => entry.path === out.path)),
    })),
    params: stage.params.flatMap(({ path, target }) => {
      const now = params.get(path)
      const before = locked?.params.get(path)
      const keys = new Set([...(now?.keys() ?? []), ...(before?.keys() ?? [])])
      return [...keys].map((key) => ({
        name: `${target}:${key}`,
        value: toPlain(now?.get(key) ?? null),
        recorded: toPlain(before?.get(key) ?? null),
      }))
    }),
  }
}

function facts(entry: Entry | undefined): Pick<StageFile, 'digest' | 'size' | 'files'> {
  return {
    ...(entry?.md5 === undefined ? {} : { digest: entry.md5 }),
    ...(entry?.size === undefined ? {} : { size: entry.size }),
    ...(entry?.nfiles === undefined ? {} : { files: entry.nfiles }),
  }
}
