import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { driftFindings, type DriftFindings } from '#monitoring'
import { normalDraw, seeded, type Random } from '#stats'
import { booleanColumn, numberColumn, stringColumn, tableOf, type Column } from '#table'

type Draw = (random: Random) => number | string | null

/** What columns of real tables look like, and how each of them moves. */
const kinds: Record<string, { readonly usual: Draw; readonly moved: Draw }> = {
  normal: { usual: normalDraw, moved: (random) => normalDraw(random) + 1 },
  'whole numbers': {
    usual: (random) => Math.round(2 * normalDraw(random)),
    moved: (random) => Math.round(2 * normalDraw(random) + 2),
  },
  'seldom missing': {
    usual: (random) => (random() < 0.01 ? null : normalDraw(random)),
    moved: (random) => (random() < 0.2 ? null : normalDraw(random)),
  },
  'often missing': {
    usual: (random) => (random() < 0.5 ? null : normalDraw(random)),
    moved: (random) => (random() < 0.9 ? null : normalDraw(random)),
  },
  'three texts': {
    usual: (random) => 'aabc'[Math.floor(4 * random())] ?? '',
    moved: (random) => 'abbcc'[Math.floor(5 * random())] ?? '',
  },
  'thirty texts, most of them rare': {
    usual: (random) => `c${Math.floor(30 * random() ** 4)}`,
    moved: (random) => `c${Math.floor(30 * random())}`,
  },
  'a rare text': {
    usual: (random) => (random() < 0.995 ? 'usual' : 'rare'),
    moved: (random) => (random() < 0.9 ? 'usual' : 'rare'),
  },
  'many texts': {
    usual: (random) => `w${Math.floor(150 * random())}`,
    moved: (random) => (random() < 0.3 ? 'new' : `w${Math.floor(150 * random())}`),
  },
}

function columnOf(name: string, rows: number, draw: Draw, random: Random): Column {
  const values = Array.from({ length: rows }, () => draw(random))
  return values.some((value) => typeof value === 'string')
    ? stringColumn(name, values as (string | null)[])
    : numberColumn(name, values as (number | null)[])
}

function compare(reference: Column, current: Column, alpha = 0.01): DriftFindings {
  return driftFindings({
    reference: tableOf([reference]),
    current: tableOf([current]),
    columns: [reference.name],
    alpha,
    shareThreshold: 0.5,
  })
}

/** So many alarms or more come once in ten thousand runs of the test when the rate is kept: the binomial's upper quantile, normal. */
function mostAlarms(runs: number, alpha: number): number {
  return runs * alpha + 4 * Math.sqrt(runs * alpha) + 1
}

for (const [name, { usual, moved }] of Object.entries(kinds)) {
  test(`without drift a column of ${name} raises no more alarms than the look may spend`, () => {
    const random = seeded(11)
    const alpha = 0.01
    for (const [rows, window, runs] of [
      [1000, 20, 400],
      [400, 100, 200],
    ] as const) {
      let alarms = 0
      for (let run = 0; run < runs; run++) {
        const reference = columnOf('x', rows, usual, random)
        if (compare(reference, columnOf('x', window, usual, random), alpha).drifted) alarms++
      }
      assert.ok(alarms <= mostAlarms(runs, alpha), `${alarms} alarms in ${runs} windows`)
    }
  })

  test(`a column of ${name} that moved is found in 300 rows`, () => {
    const random = seeded(12)
    const found = Array.from({ length: 20 }, () =>
      compare(columnOf('x', 1000, usual, random), columnOf('x', 300, moved, random)),
    ).filter((report) => report.drifted)
    assert.equal(found.length, 20)
  })
}

test('the budget of a look covers all its columns together', () => {
  const random = seeded(13)
  const names = Object.keys(kinds)
  const table = (rows: number) =>
    tableOf(names.map((name) => columnOf(name, rows, kinds[name]?.usual ?? normalDraw, random)))
  const [runs, alpha] = [150, 0.05]
  let alarms = 0
  for (let run = 0; run < runs; run++) {
    const request = { reference: table(500), current: table(60), columns: names }
    if (driftFindings({ ...request, alpha, shareThreshold: 0.5 }).drifted) alarms++
  }
  assert.ok(alarms <= mostAlarms(runs, alpha), `${alarms} alarms in ${runs} windows`)
})

test('a column whose values are equal but more often missing has drifted by its missing share', () => {
  const before = Array.from({ length: 400 }, (_, row) => (row % 40 === 0 ? null : row % 10))
  const after = Array.from({ length: 100 }, (_, row) => (row % 4 === 0 ? null : row % 10))
  const [column] = compare(numberColumn('x', before), numberColumn('x', after)).columns
  assert.equal(column?.test, 'share of missing values')
  assert.equal(column.drifted, true)
  assert.equal(column.missingReference, 0.025)
  assert.equal(column.missingCurrent, 0.25)
})

test('a window in which every value is missing has drifted, unless the reference has none either', () => {
  const none = Array.from({ length: 50 }, () => null)
  const some = Array.from({ length: 50 }, (_, row) => row)
  assert.equal(compare(numberColumn('x', some), numberColumn('x', none)).drifted, true)
  assert.equal(compare(numberColumn('x', none), numberColumn('x', none)).drifted, false)
  const texts = some.map((value) => `t${value % 3}`)
  assert.equal(compare(stringColumn('x', texts), stringColumn('x', none)).drifted, true)
  assert.equal(compare(stringColumn('x', none), stringColumn('x', none)).drifted, false)
})

test('a constant column has not drifted while it stays, and has when it changes', () => {
  const same = (value: number, rows: number) =>
    numberColumn(
      'x',
      Array.from({ length: rows }, () => value),
    )
  const stays = compare(same(3, 200), same(3, 50))
  assert.equal(stays.drifted, false)
  assert.equal(stays.columns[0]?.pValue, 1)
  assert.equal(stays.columns[0]?.effect, 0)
  assert.equal(compare(same(3, 200), same(4, 50)).drifted, true)
})

test('a text that the reference never had is drift when it is more than a stray', () => {
  const texts = (rows: number, strays: number) =>
    stringColumn(
      'x',
      Array.from({ length: rows }, (_, row) => (row < strays ? 'new' : row % 2 ? 'a' : 'b')),
    )
  const reference = texts(1000, 0)
  assert.equal(compare(reference, texts(100, 1)).drifted, false)
  const { columns } = compare(reference, texts(100, 10))
  assert.equal(columns[0]?.drifted, true)
  assert.equal(columns[0]?.test, 'share of rare values')
})

test('texts that hardly ever repeat, as names do, are no drift', () => {
  const names = (from: number, rows: number) =>
    stringColumn(
      'x',
      Array.from({ length: rows }, (_, row) => `person ${from + row}`),
    )
  assert.equal(compare(names(0, 500), names(500, 100)).drifted, false)
})

test('truth values are compared as numbers', () => {
  const column = (share: number) =>
    booleanColumn(
      'x',
      Array.from({ length: 200 }, (_, row) => row % 10 < share),
    )
  assert.equal(compare(column(3), column(3)).drifted, false)
  assert.equal(compare(column(3), column(8)).drifted, true)
})

test('a window too small to tell raises no alarm', () => {
  const reference = numberColumn(
    'x',
    Array.from({ length: 1000 }, (_, row) => row / 1000),
  )
  for (const values of [[], [0.5], [0.99], [0.1, 0.2]]) {
    const report = compare(reference, numberColumn('x', values))
    assert.equal(report.drifted, false, `${values.length} rows`)
    assert.equal(report.currentRows, values.length)
  }
})

test('a column that either side does not have is left out', () => {
  const [x, y] = [numberColumn('x', [1, 2, 3]), numberColumn('y', [1, 2, 3])]
  const report = driftFindings({
    reference: tableOf([x, y]),
    current: tableOf([y]),
    columns: ['x', 'y', 'z'],
    alpha: 0.05,
    shareThreshold: 0.5,
  })
  assert.deepEqual(
    report.columns.map((column) => column.column),
    ['y'],
  )
})

test('the summary names at most four of the columns that moved', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const table = (by: number) =>
    tableOf(
      names.map((name) =>
        numberColumn(
          name,
          Array.from({ length: 100 }, (_, row) => row + (name === 'f' ? 0 : by)),
        ),
      ),
    )
  const report = (by: number) =>
    driftFindings({
      reference: table(0),
      current: table(by),
      columns: names,
      alpha: 0.05,
      shareThreshold: 0.5,
    })
  assert.equal(report(1000).summary, '5 of 6 columns moved: a, b, c, d and 1 more.')
  assert.equal(report(0).summary, 'None of 6 columns moved more than chance explains in 100 rows.')
})

test('whatever a column holds, its report is numbers that JSON can carry', () => {
  const number = fc.oneof(
    fc.double({ min: -1e300, max: 1e300 }),
    fc.constantFrom(0, -0, Infinity, -Infinity, Number.MIN_VALUE),
  )
  const numbers = fc.array(fc.option(number, { nil: null }), { maxLength: 60 })
  const texts = fc.array(fc.option(fc.string({ maxLength: 3 }), { nil: null }), { maxLength: 60 })
  const pair = fc.oneof(
    fc.tuple(numbers, numbers).map((both) => both.map((values) => numberColumn('x', values))),
    fc.tuple(texts, texts).map((both) => both.map((values) => stringColumn('x', values))),
  )
  fc.assert(
    fc.property(pair, ([reference, current]) => {
      if (!reference || !current) return
      const report = compare(reference, current)
      JSON.stringify(report, (key, value: unknown) => {
        if (typeof value === 'number') assert.ok(Number.isFinite(value), key)
        return value
      })
      for (const { pValue } of report.columns) assert.ok(pValue >= 0 && pValue <= 1)
    }),
    { numRuns: 200, seed: 1 },
  )
})
