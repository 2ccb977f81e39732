/** One measured number, and what it is held to. */
export interface Figure {
  readonly title: string
  readonly value: number
  readonly unit: string
  /** What was promised: at least or at most so much. */
  readonly least?: number
  readonly most?: number
  /** The same work done by what is underneath, in the same run. */
  readonly baseline?: { readonly title: string; readonly value: number }
}

/** A group of figures that are measured together. */
export interface BenchCase {
  readonly name: string
  /** How it is measured, a sentence or two for the page. */
  readonly method: string
  run(): Promise<readonly Figure[]>
}

/** Whether it keeps what was promised; `undefined` where nothing was. */
export function isKept({ value, least, most }: Figure): boolean | undefined {
  if (least === undefined && most === undefined) return undefined
  return value >= (least ?? -Infinity) && value <= (most ?? Infinity)
}
