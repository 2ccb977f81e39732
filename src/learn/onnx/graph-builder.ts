import type { Tree } from '../estimators/tree.ts'
import {
  attributeProto,
  encodeModel,
  type AttributeValue,
  type NodeProto,
  type TensorProto,
  type ValueType,
} from './proto.ts'

/** Collects the nodes and constants of an ONNX graph and writes the file. Names are made as needed and never clash with the inputs'. */
export interface GraphBuilder {
  input(name: string, type: 'float' | 'string'): void
  output(name: string, from: string, type: ValueType, width?: number): void
  node(
    op: string,
    inputs: readonly string[],
    attributes?: Readonly<Record<string, AttributeValue>>,
    domain?: string,
  ): string
  /** The same for a node with several outputs. */
  nodes(
    op: string,
    inputs: readonly string[],
    outputs: number,
    attributes?: Readonly<Record<string, AttributeValue>>,
    domain?: string,
  ): string[]
  floats(name: string, values: Float32Array, shape: readonly number[]): string
  integers(name: string, values: readonly number[]): string
  strings(name: string, values: readonly string[]): string
  /** From scores to probabilities [rows, classes]: one score for two classes, else one a class. */
  probabilities(scores: string, classes: number): string
  treeEnsemble(
    input: string,
    rounds: readonly (readonly Tree[])[],
    start: readonly number[],
  ): string
  encode(metadata: Readonly<Record<string, string>>): Uint8Array
}

export function graphBuilder(): GraphBuilder {
  const inputs: { name: string; type: ValueType }[] = []
  const outputs: { name: string; type: ValueType; width?: number }[] = []
  const nodes: NodeProto[] = []
  const constants: TensorProto[] = []
  let made = 0

  const fresh = (hint: string): string => `tidemill/${hint}_${made++}`

  const builder: GraphBuilder = {
    input: (name, type) => void inputs.push({ name, type }),

    output(name, from, type, width) {
      nodes.push({ op: 'Identity', inputs: [from], outputs: [name], attributes: [], domain: '' })
      outputs.push({ name, type, ...(width === undefined ? {} : { width }) })
    },

    node(op, from, attributes, domain) {
      return builder.nodes(op, from, 1, attributes, domain)[0] ?? ''
    },

    nodes(op, from, count, attributes = {}, domain = '') {
      const names = Array.from({ length: count }, () => fresh(op))
      const encoded = Object.entries(attributes).map(([name, value]) => attributeProto(name, value))
      nodes.push({ op, inputs: from, outputs: names, attributes: encoded, domain })
      return names
    },

    floats(name, values, shape) {
      const unique = fresh(name)
      constants.push({ name: unique, shape, floats: values })
      return unique
    },

    integers(name, values) {
      const unique = fresh(name)
      constants.push({ name: unique, shape: [values.length], integers: values })
      return unique
    },

    strings(name, values) {
      const unique = fresh(name)
      constants.push({ name: unique, shape: [values.length], strings: values })
      return unique
    },

    probabilities(scores, classes) {
      if (classes !== 2) return builder.node('Softmax', [scores], { axis: 1 })
      const positive = builder.node('Sigmoid', [scores])
      const one = builder.floats('one', Float32Array.of(1), [1])
      const negative = builder.node('Sub', [one, positive])
      return builder.node('Concat', [negative, positive], { axis: 1 })
    },

    treeEnsemble(input, rounds, start) {
      const flat = rounds.flatMap((trees) => trees.map((tree, score) => ({ tree, score })))
      const at = flat.flatMap(({ tree }, id) =>
        tree.features.map((feature, node) => ({ tree, id, feature, node })),
      )
      const leaves = flat.flatMap(({ tree, score }, id) =>
        tree.features.flatMap((feature, node) => (feature < 0 ? [{ tree, score, id, node }] : [])),
      )
      return builder.node(
        'TreeEnsembleRegressor',
        [input],
        {
          n_targets: start.length,
          base_values: start,
          post_transform: 'NONE',
          nodes_treeids: { integers: at.map(({ id }) => id) },
          nodes_nodeids: { integers: at.map(({ node }) => node) },
          nodes_featureids: { integers: at.map(({ feature }) => Math.max(0, feature)) },
          nodes_modes: at.map(({ feature }) => (feature < 0 ? 'LEAF' : 'BRANCH_LEQ')),
          nodes_values: at.map(({ tree, node }) => tree.thresholds[node] ?? 0),
          nodes_truenodeids: { integers: at.map(({ tree, node }) => tree.left[node] ?? 0) },
          nodes_falsenodeids: { integers: at.map(({ tree, node }) => tree.right[node] ?? 0) },
          nodes_missing_value_tracks_true: { integers: at.map(() => 0) },
          target_treeids: { integers: leaves.map(({ id }) => id) },
          target_nodeids: { integers: leaves.map(({ node }) => node) },
          target_ids: { integers: leaves.map(({ score }) => score) },
          target_weights: leaves.map(({ tree, node }) => tree.values[node] ?? 0),
        },
        'ai.onnx.ml',
      )
    },

    encode: (metadata) => encodeModel({ inputs, outputs, nodes, constants, metadata }),
  }
  return builder
}
