import type { Condition } from '#contract'
import { formatNumber, formatPercent } from '../../design/format.ts'

/** A requirement as a sentence. */
export function describeRequirement(requirement: Condition): string {
  switch (requirement.kind) {
    case 'metric': {
      const { metric, min, max } = requirement
      const bounds = [
        min === undefined ? undefined : `at least ${formatNumber(min)}`,
        max === undefined ? undefined : `at most ${formatNumber(max)}`,
      ].filter((each) => each !== undefined)
      return `${metric} is ${bounds.join(' and ')}`
    }
    case 'latency':
      return `99 of 100 answers come within ${formatNumber(requirement.p99Ms)} ms`
    case 'schema':
      return 'reads what the data and the endpoint’s callers have'
    case 'mean_row':
      return 'answers the mean row without an error'
    case 'invariance':
      return `${requirement.columns.join(', ')} times ${formatNumber(requirement.factor)} moves the risk by at most ${formatPercent(requirement.tolerance)}`
    case 'direction':
      return `${requirement.column} plus ${formatNumber(requirement.delta)} ${
        requirement.expect === 'never_lowers' ? 'never lowers' : 'never raises'
      } the risk on average`
    case 'consumer':
      return `keeps what ${requirement.consumer} relies on`
    case 'signed':
      return 'is signed by a trusted key, over the files as they are'
    case 'not_worse':
      return `${requirement.metric} is no more than ${formatNumber(requirement.margin)} worse than the champion’s, on the same rows`
  }
}
