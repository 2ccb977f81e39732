import type { CleaningAction, Rule } from '#contract'
import { formatCell, formatNumber } from '../../design/format.ts'

/** A rule as a sentence. */
export function describeRule(rule: Rule): string {
  const columns = rule.columns?.join(', ') ?? 'all columns'
  switch (rule.check) {
    case 'not_null':
      return `${columns} may not be missing`
    case 'not_zero':
      return `${columns} may not be 0`
    case 'range':
      return `${columns} must be ${between(rule)}`
    case 'one_of':
      return `${columns} must be one of ${(rule.values ?? []).map(formatCell).join(', ')}`
    case 'unique':
      return `${columns} must be unique`
    case 'type':
      return `${columns} must be of type ${rule.type ?? 'declared'}`
    case 'matches':
      return `${columns} must match ${rule.pattern ?? ''}`
    case 'row_count':
      return `the number of rows must be ${between(rule)}`
  }
}

function between({ min, max }: Rule): string {
  if (min !== undefined && max !== undefined) return `${formatNumber(min)} to ${formatNumber(max)}`
  if (min !== undefined) return `at least ${formatNumber(min)}`
  return max === undefined ? 'of any size' : `at most ${formatNumber(max)}`
}

/** A cleaning action as a sentence. */
export function describeAction(action: CleaningAction): string {
  const columns = action.columns.join(', ')
  switch (action.action) {
    case 'zero_to_missing':
      return `0 made missing in ${columns}`
    case 'value_to_missing':
      return `${(action.values ?? []).map(formatCell).join(', ')} made missing in ${columns}`
    case 'drop_row':
      return `rows dropped by ${columns}`
    case 'clip':
      return `${columns} clipped`
    case 'impute_median':
      return `missing ${columns} filled with the median`
    case 'impute_mode':
      return `missing ${columns} filled with the most frequent value`
    case 'trim':
      return `spaces trimmed in ${columns}`
    case 'map':
      return `values of ${columns} replaced`
  }
}
