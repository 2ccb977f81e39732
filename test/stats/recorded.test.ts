import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import {
  betOnHarm,
  chiSquareHomogeneity,
  chiSquareSurvival,
  evidenceOf,
  holm,
  incompleteBeta,
  kolmogorovSmirnov,
  logGamma,
  normalCdf,
  noBet,
  normalSurvival,
  quantile,
  seeded,
  twoProportions,
  upperGamma,
  wasserstein,
  wilsonInterval,
} from '#stats'

// Recorded output of scipy and statsmodels; the fixture names their versions.
interface Recorded {
  readonly args: Readonly<Record<string, never>>
  readonly value: never
}

const { cases } = JSON.parse(
  await readFile(new URL('./fixtures/recorded.json', import.meta.url), 'utf8'),
) as {
  cases: Record<string, readonly Recorded[]>
}

function close(actual: number | undefined, expected: number, relative: number, what: string): void {
  const difference = Math.abs((actual ?? NaN) - expected)
  assert.ok(
    difference <= Math.max(relative * Math.abs(expected), 1e-14),
    `${what}: ${actual} is not ${expected}`,
  )
}

function each<Args, Value>(
  name: string,
  check: (args: Args, value: Value, what: string) => void,
): void {
  const own = cases[name] ?? []
  assert.ok(own.length > 0, `no recorded case of ${name}`)
  for (const [i, { args, value }] of own.entries())
    check(args as Args, value as Value, `${name} ${i}`)
}

interface Two {
  readonly x: number[]
  readonly y: number[]
}

test('the two-sample Kolmogorov–Smirnov test gives the exact p-value', () => {
  each<Two, { statistic: number; p: number }>('ks_2samp', ({ x, y }, value, what) => {
    const result = kolmogorovSmirnov(x, y)
    close(result?.statistic, value.statistic, 1e-12, what)
    close(result?.pValue, value.p, 1e-9, what)
  })
})

test('the Wasserstein distance is the recorded one', () => {
  each<Two, number>('wasserstein_1', ({ x, y }, value, what) =>
    close(wasserstein(x, y), value, 1e-10, what),
  )
})

test('the chi-square test of homogeneity is Pearson’s without correction', () => {
  each<{ table: [number[], number[]] }, { statistic: number; p: number; df: number }>(
    'contingency',
    ({ table }, value, what) => {
      const result = chiSquareHomogeneity(table[0], table[1])
      assert.equal(result?.degrees, value.df, what)
      close(result?.statistic, value.statistic, 1e-10, what)
      close(result?.pValue, value.p, 1e-9, what)
    },
  )
})

test('the test of two proportions pools them', () => {
  each<{ successes: [number, number]; trials: [number, number] }, { statistic: number; p: number }>(
    'z_two_proportions',
    ({ successes, trials }, value, what) => {
      const result = twoProportions(successes[0], trials[0], successes[1], trials[1])
      close(result?.statistic, value.statistic, 1e-10, what)
      close(result?.pValue, value.p, 1e-9, what)
    },
  )
})

test('quantile uses the R-7 method', () => {
  each<{ x: number[]; p: number }, number>('quantile_r7', ({ x, p }, value, what) =>
    close(quantile(x, p), value, 1e-12, what),
  )
})

test('Wilson’s interval is the recorded one at every level', () => {
  each<{ successes: number; trials: number; level: number }, [number, number]>(
    'wilson',
    ({ successes, trials, level }, value, what) => {
      const interval = wilsonInterval(successes, trials, level)
      close(interval?.low, value[0], 1e-9, what)
      close(interval?.high, value[1], 1e-9, what)
    },
  )
})

test('Holm and Benjamini–Hochberg adjust as recorded', () => {
  const adjusted = (value: { adjusted?: number[]; p_adjusted?: number[] }): number[] =>
    value.adjusted ?? value.p_adjusted ?? []
  for (const [name, adjust] of [['holm', holm]] as const) {
    each<{ p: number[] }, { adjusted?: number[]; p_adjusted?: number[] }>(
      name,
      ({ p }, value, what) => {
        const wanted = adjusted(value)
        assert.equal(wanted.length, p.length, what)
        adjust(p).forEach((got, i) => close(got, wanted[i] ?? NaN, 1e-12, `${what}, ${i}`))
      },
    )
  }
})

test('special functions and tails are the recorded ones', () => {
  each<{ x: number }, number>('lgamma', ({ x }, value, what) =>
    close(logGamma(x), value, 1e-10, what),
  )
  each<{ a: number; x: number }, number>('gammaQ', ({ a, x }, value, what) =>
    close(upperGamma(a, x), value, 1e-7, what),
  )
  each<{ a: number; b: number; x: number }, number>('betaI', ({ a, b, x }, value, what) =>
    close(incompleteBeta(x, a, b), value, 1e-7, what),
  )
  each<{ of: string; x: number }, number>('normal', ({ of, x }, value, what) => {
    if (of === 'cdf') close(normalCdf(x), value, 1e-9, what)
    if (of === 'sf') close(normalSurvival(x), value, 1e-9, what)
  })
  each<{ x: number; df: number }, number>('chi2', ({ x, df }, value, what) =>
    close(chiSquareSurvival(x, df), value, 1e-7, what),
  )
})

test('when the promise holds, betting finds harm in at most one of a hundred streams', () => {
  const random = seeded(3)
  let alarms = 0
  for (let stream = 0; stream < 500; stream++) {
    const errors = Array.from({ length: 400 }, () => (random() < 0.2 ? 1 : 0))
    if (evidenceOf(betOnHarm(noBet, errors, 0.2)) >= 100) alarms++
  }
  assert.ok(alarms <= 10, `${alarms} of 500`)
})

test('when errors double, betting finds the harm', () => {
  const random = seeded(4)
  const errors = Array.from({ length: 400 }, () => (random() < 0.4 ? 1 : 0))
  assert.ok(evidenceOf(betOnHarm(noBet, errors, 0.2)) >= 100)
})

test('a bet that is kept and gone on with is the bet on all the outcomes at once', () => {
  const random = seeded(5)
  const errors = Array.from({ length: 300 }, () => (random() < 0.3 ? 1 : 0))
  let kept = noBet
  for (let at = 0; at < errors.length; at += 7)
    kept = betOnHarm(
      JSON.parse(JSON.stringify(kept)) as typeof noBet,
      errors.slice(at, at + 7),
      0.2,
    )
  assert.deepEqual(kept, betOnHarm(noBet, errors, 0.2))
})

test('every file of statistics that computes something names its reference', async () => {
  const folder = new URL('../../src/stats/', import.meta.url)
  const plain = new Set(['index.ts', 'histogram.ts'])
  for (const name of await readdir(folder)) {
    if (plain.has(name)) continue
    assert.match(await readFile(new URL(name, folder), 'utf8'), /References:/, name)
  }
})
