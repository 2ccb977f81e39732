import type { Artifact, Manifest, ModelVersion, Run, RunDataset, Signature } from '#contract'

export interface NewVersion {
  readonly model: string
  readonly run?: Run
  /** What the run says it read. */
  readonly datasets?: readonly Pick<RunDataset, 'name' | 'digest' | 'context'>[]
  readonly artifact: Pick<Artifact, 'digest' | 'size'>
  /** Its files as they are now, where they are kept here. */
  readonly manifest?: Manifest
  readonly format?: ModelVersion['format']
  readonly uri?: string
  readonly signature: Signature
  readonly inputExample?: ModelVersion['inputExample']
  /** Of the model, when it is new or said anew. */
  readonly modelDescription?: string
  /** Of this version. */
  readonly description?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly by: string
  /** The number it had elsewhere, taken where it is past the last one given here. */
  readonly number?: number
}
