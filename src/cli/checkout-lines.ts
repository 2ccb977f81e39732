import type { CheckoutResult } from '#pipeline'
import { green, red, yellow } from './output.ts'

const signs = { added: green('+'), modified: yellow('~'), deleted: red('-') } as const

/** What a checkout changed, one a line, and what it could not find. */
export function checkoutLines(
  { changed, missing }: CheckoutResult,
  where: string,
  relinked = false,
): string {
  if (changed.length + missing.length === 0)
    return relinked
      ? 'Links and copies were put anew; no content changed.'
      : 'Everything is in place.'
  return [
    ...changed.map(({ path, change }) => `${signs[change]} ${path}`),
    ...missing.map((path) => `${red('✗')} ${path} is ${where}`),
    ...(missing.length === 0
      ? []
      : ['  Bring it with: tidemill pull, or make it with: tidemill repro.']),
  ].join('\n')
}
