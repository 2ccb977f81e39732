import { checked, refused } from './review-rules.ts'

/** How a question is answered. */
export type LabelInput =
  | { readonly kind: 'pass_fail'; readonly positive: string; readonly negative: string }
  | {
      readonly kind: 'categorical'
      readonly options: readonly string[]
      readonly isMultiple: boolean
    }
  | { readonly kind: 'numeric'; readonly least?: number; readonly most?: number }
  | { readonly kind: 'text'; readonly longest?: number }

const longestLabel = 64
const mostOptions = 10

export function checkInput(input: LabelInput): void {
  switch (input.kind) {
    case 'pass_fail':
      checked('The positive label', input.positive, longestLabel)
      checked('The negative label', input.negative, longestLabel)
      if (input.positive !== input.negative) return
      throw refused(`The two labels are the same, ${input.positive}; give them different names.`)
    case 'categorical':
      checkOptions(input.options)
      return
    case 'numeric': {
      const { least, most } = input
      if (least === undefined || most === undefined || !(least >= most)) return
      throw refused(
        `The least value must be less than the greatest; they are ${least} and ${most}.`,
      )
    }
    case 'text':
      if (input.longest === undefined || input.longest >= 1) return
      throw refused(`A text of at most ${input.longest} characters says nothing; give 1 or more.`)
  }
}

function checkOptions(options: readonly string[]): void {
  if (options.length === 0 || options.length > mostOptions) {
    throw refused(`There are 1 to ${mostOptions} options; the given ones are ${options.length}.`)
  }
  for (const option of options) checked('An option', option, longestLabel)
  const twice = options.find((option, at) => options.indexOf(option) !== at)
  if (twice !== undefined) throw refused(`The option ${twice} is there twice; give each once.`)
}

/** Answers that were given must stay readable: how a question is answered stays as it was made. */
export function checkSameInput(before: LabelInput, after: LabelInput): void {
  if (before.kind !== after.kind) {
    throw refused(
      `This label schema is answered as ${before.kind}, which cannot become ${after.kind}; make another label schema.`,
    )
  }
  if (before.kind !== 'categorical' || after.kind !== 'categorical') return
  if (before.isMultiple === after.isMultiple) return
  throw refused(
    'Whether several options can be chosen stays as it was made; make another label schema.',
  )
}
