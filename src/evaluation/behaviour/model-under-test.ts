import type { Table } from '#table'

/** A model as behaviour tests see it, wherever it runs. */
export interface ModelUnderTest {
  predict(rows: Table): Promise<{ readonly labels: readonly string[]; readonly risk: Float64Array }>
}

/** What a behaviour test found, with a sentence for people and the numbers behind it. */
export interface BehaviourResult {
  readonly passed: boolean
  readonly summary: string
  readonly observed?: number
  readonly evidence: Readonly<Record<string, unknown>>
}
