/** Features of an entity over time: where the rows are, which columns name the entity, and when a value became true. */
export interface FeatureView {
  readonly name: string
  /** Columns that name the entity. */
  readonly keys: readonly string[]
  /** Columns that are features. */
  readonly features: readonly string[]
  /** The column with the time a value became true. */
  readonly time: string
  /** The column with the time a row was written, which settles equal times. */
  readonly created?: string
  /** How long a value stays true, in seconds; for ever unless said. */
  readonly ttlSeconds?: number
}
