import { inspector, restless, shownFrom } from '../changes.ts'
import type { Reason } from '../reason.ts'
import { buildGraph, isStage, type Node } from '../graph.ts'
import { openLocks } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { openRepository, type Repository } from '../repository.ts'
import { findTargets } from '../targets.ts'
import { withOutdated, type Looked } from './outdated-data.ts'
import type { Selection } from './recorded-outputs.ts'

export interface NodeStatus {
  /** The stage, or the `.dvc` file. */
  readonly name: string
  readonly reasons: readonly Reason[]
}

/** What is not up to date, and why; nothing about what is. Looks at every stage and data file unless targets are named. */
export async function status(
  pipeline: Pipeline,
  options: Selection = {},
  repository: Repository = openRepository(pipeline.root),
): Promise<readonly NodeStatus[]> {
  const graph = buildGraph(pipeline)
  const inspect = inspector(repository, openLocks(pipeline.root))
  const nodes: readonly Node[] = options.targets?.length
    ? findTargets(pipeline, graph, options.targets, options)
    : graph.nodes
  const found: Looked[] = []
  for (const node of nodes) {
    const reasons = await inspect.reasons(node)
    if (reasons.length > 0) found.push({ node, reasons })
  }
  const told = await withOutdated(repository, found)
  repository.state.save()
  return told.map(({ node, reasons }) => ({ name: node.address, reasons }))
}

/** Why one stage would run: `status` of it alone. Errors: `not_found`. */
export async function whyChanged(pipeline: Pipeline, stage: string): Promise<readonly Reason[]> {
  const [only] = await status(pipeline, { targets: [stage] })
  return only?.reasons ?? []
}

type DvcState = 'new' | 'modified' | 'deleted' | 'not in cache'
type DvcChange =
  | 'changed command'
  | 'always changed'
  | Readonly<
      Record<
        'changed deps' | 'changed outs',
        Readonly<Record<string, DvcState | Readonly<Record<string, DvcState>>>>
      >
    >
  | {
      readonly [section: string]: Readonly<
        Record<string, DvcState | Readonly<Record<string, DvcState>>>
      >
    }

/** The shape that `dvc status --json` prints. */
export type DvcStatus = Readonly<Record<string, readonly DvcChange[]>>

export function dvcStatus(pipeline: Pipeline, statuses: readonly NodeStatus[]): DvcStatus {
  const graph = buildGraph(pipeline)
  const byAddress = new Map(graph.nodes.map((node) => [node.address, node]))
  const result: Record<string, DvcChange[]> = {}
  for (const { name, reasons: all } of statuses) {
    // DVC has no words for what a stage no longer declares
    const reasons = all.filter((reason) => reason.state !== 'not declared')
    const node = byAddress.get(name)
    const changes: DvcChange[] = []
    const deps: Record<string, DvcState | Record<string, DvcState>> = {}
    const outs: Record<string, DvcState> = {}
    for (const reason of reasons) {
      if (reason.kind === 'dep') deps[shownFrom(pipeline.folder, reason.path)] = worded(reason)
      else if (reason.kind === 'out') outs[shownFrom(pipeline.folder, reason.path)] = worded(reason)
      else if (reason.kind === 'param') addParam(deps, pipeline, reason)
    }
    if (Object.keys(deps).length > 0) changes.push({ 'changed deps': deps })
    if (Object.keys(outs).length > 0) changes.push({ 'changed outs': outs })
    if (
      node &&
      isStage(node) &&
      restless(node) &&
      reasons.some((reason) => reason.kind === 'always')
    ) {
      changes.push('always changed')
    }
    if (reasons.some((reason) => reason.kind === 'cmd')) changes.push('changed command')
    if (changes.length > 0) result[name] = changes
  }
  return result
}

/** DVC calls what it has no record of modified. */
function worded({ state }: Reason): DvcState {
  return state === 'deleted' || state === 'not in cache' ? state : 'modified'
}

function addParam(
  deps: Record<string, DvcState | Record<string, DvcState>>,
  pipeline: Pipeline,
  reason: Reason,
): void {
  const colon = reason.path.indexOf(':')
  if (colon === -1) {
    deps[shownFrom(pipeline.folder, reason.path)] = stateOf(reason)
    return
  }
  const file = shownFrom(pipeline.folder, reason.path.slice(0, colon))
  const present = deps[file]
  const keys = typeof present === 'object' ? present : {}
  keys[reason.path.slice(colon + 1)] = stateOf(reason)
  deps[file] = keys
}

function stateOf({ state }: Reason): DvcState {
  return state === undefined || state === 'not declared' ? 'modified' : state
}
