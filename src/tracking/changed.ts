import { measured, type Measured } from '#contract'

type Texts = Readonly<Record<string, string | undefined>>

export interface ChangedText {
  readonly name: string
  readonly from?: string
  readonly to?: string
}

export interface ChangedNumber {
  readonly name: string
  readonly from?: Measured
  readonly to?: Measured
  readonly difference?: Measured
}

/** Keys whose texts differ, in alphabetical order. */
export function changedTexts(from: Texts, to: Texts): ChangedText[] {
  return keysOf(from, to)
    .filter((name) => from[name] !== to[name])
    .map((name) => ({ name, ...sides(from[name], to[name]) }))
}

/** Keys whose numbers differ, in alphabetical order, written as JSON can carry them. NaN is NaN. */
export function changedNumbers(
  from: Readonly<Record<string, number>>,
  to: Readonly<Record<string, number>>,
): ChangedNumber[] {
  return keysOf(from, to)
    .filter((name) => !Object.is(from[name], to[name]))
    .map((name) => {
      const [before, after] = [from[name], to[name]]
      const isBoth = before !== undefined && after !== undefined
      return {
        name,
        ...sides(written(before), written(after)),
        ...(isBoth ? { difference: measured(after - before) } : {}),
      }
    })
}

function written(value: number | undefined): Measured | undefined {
  return value === undefined ? undefined : measured(value)
}

function sides<T>(from: T | undefined, to: T | undefined): { from?: T; to?: T } {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}

function keysOf(from: object, to: object): readonly string[] {
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted()
}
