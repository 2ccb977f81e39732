export { integerBelow, normalDraw, seeded, shuffledIndices, type Random } from './random.ts'

export { mean } from './mean.ts'
export { standardDeviation, variance } from './variance.ts'
export { median, quantile } from './quantile.ts'
export { countInto, histogram, type HistogramCounts } from './histogram.ts'

export { logGamma } from './log-gamma.ts'
export { upperGamma } from './incomplete-gamma.ts'
export { incompleteBeta } from './incomplete-beta.ts'
export { normalCdf, normalQuantile, normalSurvival } from './normal.ts'

export { chiSquareHomogeneity, chiSquareSurvival, type ChiSquareTest } from './chi-square.ts'
export {
  kolmogorovSmirnov,
  kolmogorovSurvival,
  type KolmogorovSmirnovTest,
} from './kolmogorov-smirnov.ts'
export { fisherExact } from './fisher-exact.ts'
export { twoProportions, type TwoProportionsTest } from './two-proportions.ts'

export { jensenShannon } from './jensen-shannon.ts'
export {
  normalizedPointwiseInformation,
  type JointCounts,
} from './normalized-pointwise-information.ts'
export { totalVariation } from './total-variation.ts'
export { wasserstein } from './wasserstein.ts'

export { wilsonInterval, type Interval } from './wilson-interval.ts'
export { holm } from './holm.ts'
export { studentQuantile } from './student-quantile.ts'
export {
  coalitionsOf,
  everyone,
  exactShapley,
  hasPlayer,
  orderPair,
  sampledShapley,
  shapleyNoise,
  withPlayer,
  type Coalition,
  type ShapleyShare,
  type Worth,
} from './shapley.ts'
export { betOnHarm, evidenceOf, noBet, type HarmBet } from './betting-harm.ts'
