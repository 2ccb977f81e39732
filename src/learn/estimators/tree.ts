/** A binary tree in arrays; a node without a feature (−1) is a leaf with a value. A row goes left when its value is at most the threshold. */
export interface Tree {
  readonly features: readonly number[]
  readonly thresholds: readonly number[]
  readonly left: readonly number[]
  readonly right: readonly number[]
  readonly values: readonly number[]
}
