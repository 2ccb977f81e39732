import { buildGraph, isStage, type Graph, type Node } from '../graph.ts'
import type { LockStore } from '../lock-store.ts'
import type { Entry, Output, Pipeline } from '../model.ts'
import { findTargets, innerTarget, type TargetOptions } from '../targets.ts'

/** Which outputs a command is about: those of these targets, all unless given. */
export interface Selection extends TargetOptions {
  readonly targets?: readonly string[]
}

/** An output and what is recorded of it. */
export interface RecordedOutput {
  readonly node: Node
  readonly out: Output
  readonly entry: Entry
  /** The paths inside it that were asked for, relative to the root; all of it unless given. */
  readonly inside?: readonly string[]
}

/** The outputs of a selection that have a recorded content; `missing` has those that do not. */
export function recordedOutputs(
  pipeline: Pipeline,
  locks: LockStore,
  selection: Selection = {},
): { readonly outputs: readonly RecordedOutput[]; readonly missing: readonly Output[] } {
  return recordedIn(pipeline, buildGraph(pipeline), locks, selection)
}

/** The same by a graph that is known. */
export function recordedIn(
  pipeline: Pipeline,
  graph: Graph,
  locks: LockStore,
  selection: Selection = {},
): { readonly outputs: readonly RecordedOutput[]; readonly missing: readonly Output[] } {
  const { targets = [] } = selection
  const nodes = targets.length > 0 ? findTargets(pipeline, graph, targets, selection) : graph.nodes
  const outputs: RecordedOutput[] = []
  const missing: Output[] = []
  for (const node of nodes) {
    const entries = isStage(node) ? (locks.get(node)?.outs ?? []) : node.entries
    for (const out of node.outs) {
      const entry = entries.find((candidate) => candidate.path === out.path)
      const inside = insideOf(pipeline, node, out, targets)
      if (entry?.md5 === undefined) missing.push(out)
      else outputs.push({ node, out, entry, ...(inside === undefined ? {} : { inside }) })
    }
  }
  return { outputs, missing }
}

/** What of an output the targets name, when none of them means the whole node. */
function insideOf(
  pipeline: Pipeline,
  node: Node,
  out: Output,
  targets: readonly string[],
): readonly string[] | undefined {
  const inner = targets.flatMap((target) => innerTarget(pipeline, node, target) ?? [])
  const own = inner.filter((path) => path.startsWith(`${out.target}/`))
  // a target that names the node in another way asks for all of it
  const whole = targets.some((target) => findsNode(pipeline, node, target))
  return whole || own.length === 0 ? undefined : own
}

function findsNode(pipeline: Pipeline, node: Node, target: string): boolean {
  if (innerTarget(pipeline, node, target) !== undefined) return false
  const graph = { nodes: [node], needs: new Map(), feeds: new Map() }
  try {
    return findTargets(pipeline, graph, [target]).length > 0
  } catch {
    return false
  }
}

/** Whether a file of an output is one of those that were asked for. */
export function isAskedFor({ out, inside }: RecordedOutput, path: string): boolean {
  if (inside === undefined) return true
  const target = `${out.target}/${path}`
  return inside.some((each) => target === each || target.startsWith(`${each.replace(/\/$/, '')}/`))
}

/** The names of the stages and data files of a selection. */
export function targetNames(pipeline: Pipeline, selection: Selection): readonly string[] {
  return findTargets(pipeline, buildGraph(pipeline), selection.targets, selection).map(
    (node) => node.address,
  )
}
