import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { driftFindings } from '#monitoring'
import { numberColumn, tableOf } from '#table'
import { lcgColumn, type ColumnSpec } from './support/lcg-column.ts'

interface Recorded {
  readonly name: string
  readonly reference: ColumnSpec
  readonly current: ColumnSpec
  readonly test: 'ks' | 'chisquare' | 'z' | 'wasserstein' | 'jensenshannon'
  readonly score: number
  readonly drifted: boolean
  readonly threshold: number
}

// Recorded by fixtures/record-evidently.py; the fixture names the versions.
const { cases } = JSON.parse(
  await readFile(new URL('./fixtures/evidently.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly Recorded[] }

const ownName = {
  ks: 'K-S p-value',
  chisquare: 'chi-square p-value',
  z: 'Z-test p-value',
  wasserstein: 'Wasserstein distance (normed)',
  jensenshannon: 'Jensen-Shannon distance',
}

for (const each of cases) {
  test(`Evidently’s default rule gives its own score and verdict: ${each.name}`, () => {
    const { columns } = driftFindings({
      reference: tableOf([lcgColumn('x', each.reference)]),
      current: tableOf([lcgColumn('x', each.current)]),
      columns: ['x'],
      alpha: 0.05,
      shareThreshold: 0.5,
    })
    const [peer] = columns.map((column) => column.peer)
    assert.equal(peer?.test, ownName[each.test])
    assert.equal(peer.threshold, each.threshold)
    assert.equal(peer.drifted, each.drifted)
    const difference = Math.abs(peer.score - each.score)
    assert.ok(difference <= 1e-7 * each.score + 1e-12, `${peer.score} is not ${each.score}`)
  })
}

test('Evidently calls a dataset drifted from its share of drifted columns on', () => {
  const same = Array.from({ length: 100 }, (_, row) => row)
  const moved = same.map((value) => value + 1000)
  const reference = tableOf(['a', 'b', 'c', 'd'].map((name) => numberColumn(name, same)))
  const withMoved = (count: number) =>
    tableOf(reference.columns.map(({ name }, i) => numberColumn(name, i < count ? moved : same)))
  const verdicts = [0, 1, 2, 3, 4].map(
    (count) =>
      driftFindings({
        reference,
        current: withMoved(count),
        columns: ['a', 'b', 'c', 'd'],
        alpha: 0.05,
        shareThreshold: 0.5,
      }).peer,
  )
  assert.deepEqual(
    verdicts.map(({ share, drifted }) => [share, drifted]),
    [
      [0, false],
      [0.25, false],
      [0.5, true],
      [0.75, true],
      [1, true],
    ],
  )
})
