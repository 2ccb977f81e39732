import { buildGraph, isStage, type Node } from '../graph.ts'
import type { LockStore } from '../lock-store.ts'
import type { Entry, Output, Pipeline } from '../model.ts'
import { findTargets } from '../targets.ts'

/** An output and what is recorded of it. */
export interface RecordedOutput {
  readonly node: Node
  readonly out: Output
  readonly entry: Entry
}

/** The outputs of these targets (all unless given) that have a recorded content; `missing` has those that do not. */
export function recordedOutputs(
  pipeline: Pipeline,
  locks: LockStore,
  targets?: readonly string[],
): { readonly outputs: readonly RecordedOutput[]; readonly missing: readonly Output[] } {
  const graph = buildGraph(pipeline)
  const nodes = targets?.length ? findTargets(pipeline, graph, targets) : graph.nodes
  const outputs: RecordedOutput[] = []
  const missing: Output[] = []
  for (const node of nodes) {
    const entries = isStage(node) ? (locks.get(node)?.outs ?? []) : node.entries
    for (const out of node.outs) {
      const entry = entries.find((candidate) => candidate.path === out.path)
      if (entry?.md5 === undefined) missing.push(out)
      else outputs.push({ node, out, entry })
    }
  }
  return { outputs, missing }
}
