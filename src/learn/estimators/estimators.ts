import { TidemillError } from '#contract'
import type { Estimator } from './estimator.ts'
import { gradientBoosting } from './gradient-boosting.ts'
import { knn } from './knn.ts'
import { logisticRegression } from './logistic-regression.ts'

/** Every kind of classifier there is. */
export const estimators: readonly Estimator[] = [knn, logisticRegression, gradientBoosting]

export function estimatorNamed(name: string): Estimator {
  const found = estimators.find((estimator) => estimator.name === name)
  if (found) return found
  const known = estimators.map((estimator) => estimator.name).join(', ')
  throw new TidemillError('bad_request', {
    problem: `There is no estimator ${name}; there are ${known}.`,
  })
}

/** The options with their defaults filled in; an unknown name or a value out of range says so. */
export function optionsOf(
  estimator: Estimator,
  given: Readonly<Record<string, unknown>>,
): Record<string, number> {
  for (const name of Object.keys(given)) {
    if (estimator.options[name]) continue
    const known = Object.keys(estimator.options).join(', ')
    throw new TidemillError('bad_request', {
      problem: `${estimator.name} has no option ${name}; it has ${known}.`,
    })
  }
  return Object.fromEntries(
    Object.entries(estimator.options).map(([name, option]) => {
      const value = given[name] ?? option.default
      const fits =
        typeof value === 'number' &&
        value >= option.min &&
        value <= option.max &&
        (!option.integer || Number.isInteger(value))
      if (fits) return [name, value]
      const kind = option.integer ? 'a whole number' : 'a number'
      throw new TidemillError('bad_request', {
        problem: `${name} of ${estimator.name} must be ${kind} from ${option.min} to ${option.max}, not ${JSON.stringify(value)}.`,
      })
    }),
  )
}
