/** One input of a batch: doubles come as single floats, texts as texts. */
export type Feed =
  | { readonly kind: 'float'; readonly values: Float32Array; readonly width: number }
  | { readonly kind: 'string'; readonly values: readonly string[]; readonly width: number }
  | { readonly kind: 'integer'; readonly values: BigInt64Array; readonly width: number }

export type Feeds = Readonly<Record<string, Feed>>

export interface Output {
  readonly shape: readonly number[]
  readonly values: Float32Array | BigInt64Array | readonly string[]
}

export type Outputs = Readonly<Record<string, Output>>

export type Request =
  | { readonly kind: 'load'; readonly id: number; readonly model: number; readonly file: string }
  | { readonly kind: 'run'; readonly id: number; readonly model: number; readonly feeds: Feeds }
  | { readonly kind: 'release'; readonly id: number; readonly model: number }

export type Response =
  | { readonly id: number; readonly outputs: Outputs }
  | { readonly id: number; readonly problem: string }
