const numeral = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i
const truth = /^(?:true|false)$/i

/** Texts that YAML reads as a number, and as a boolean; Python's True is one too. */
export const isNumeral = (text: string): boolean => numeral.test(text)
export const isTruth = (text: string): boolean => truth.test(text)

/** A text that names nothing outside of where it is used, and is no option. */
export const isPlainText = (text: string): boolean =>
  /^[a-z0-9][a-z0-9._/+,-]*$/i.test(text) && !text.split('/').includes('..')

/**
 * Why a recorded param may not take the place of the committed value `before`, nothing where it may. A stage's command is put together
 * from params without quotes, and runs in a shell; its outputs are removed before it runs.
 */
export function harmOf(key: string, before: unknown, value: string): string | undefined {
  const shown = `its param ${key} is ${JSON.stringify(value.slice(0, 100))}`
  switch (typeof before) {
    case 'string':
      if (isPlainText(value)) return
      return `${shown}, and a text that differs from the commit must be of letters, digits and . _ / + - , that begins with a letter or digit and leads nowhere above, unless an admin recorded it`
    case 'number':
    case 'bigint':
      if (isNumeral(value)) return
      return `${shown}, where the commit has the number ${before}; only an admin's run may put something else there`
    case 'boolean':
      if (isTruth(value)) return
      return `${shown}, where the commit has the boolean ${before}; only an admin's run may put something else there`
    default:
      return `${shown}, where the commit has no single value; only an admin's run may change that`
  }
}
