import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TidemillError } from '#contract'
import { drawPoints, gridOf, readOverride } from '#pipeline'

const grid = (...overrides: readonly string[]) => gridOf(overrides.map(readOverride))

test('values separated by commas, choices and ranges make a grid, the first parameter slowest', () => {
  assert.deepEqual(grid('a=1'), [['a=1']])
  assert.deepEqual(grid('a=1,2', 'b=x,y'), [
    ['a=1', 'b=x'],
    ['a=1', 'b=y'],
    ['a=2', 'b=x'],
    ['a=2', 'b=y'],
  ])
  assert.deepEqual(grid('a=choice(1,true)'), [['a=1'], ['a=true']])
  assert.deepEqual(grid('a=range(1,4)').flat(), ['a=1', 'a=2', 'a=3'])
  assert.deepEqual(grid('a=range(0,0.5,0.1)').flat(), ['a=0', 'a=0.1', 'a=0.2', 'a=0.3', 'a=0.4'])
  assert.deepEqual(grid('a=range(3)').flat(), ['a=0', 'a=1', 'a=2'])
  assert.deepEqual(grid('other.yaml:train.rate=1,2').flat(), [
    'other.yaml:train.rate=1',
    'other.yaml:train.rate=2',
  ])
})

test('what is added, and what is removed, keeps its sign', () => {
  assert.deepEqual(grid('+a=1,2', '~b', 'f.toml:++c=3'), [
    ['+a=1', '~b=', 'f.toml:++c=3'],
    ['+a=2', '~b=', 'f.toml:++c=3'],
  ])
})

test('commas in quotes, lists and maps separate nothing', () => {
  assert.deepEqual(grid('a=[1,2],[3]').flat(), ['a=[1,2]', 'a=[3]'])
  assert.deepEqual(grid('a="x,y",\'z,\'').flat(), ['a="x,y"', "a='z,'"])
  assert.deepEqual(grid('a={b: 1, c: 2}').flat(), ['a={b: 1, c: 2}'])
})

test('what cannot be understood is refused with the reason', () => {
  const wrong = {
    nothing: /form key=value/,
    'a=range(5,1)': /holds no numbers/,
    'a=range(1,x)': /"x" is no number/,
    'a=interval(2,1)': /lower one first/,
    'a=tag(log, interval(0,1))': /above 0/,
    'a=int(1,2)': /not understood/,
    'a=interval(0,1)': /--random or --suggest/,
  }
  for (const [text, expected] of Object.entries(wrong)) {
    assert.throws(
      () => grid(text),
      (error: unknown) => error instanceof TidemillError && expected.test(error.message),
      text,
    )
  }
})

test('random points stay inside their domains, spread over them, and come again by their seed', async () => {
  const overrides = [
    'u=interval(-1,3)',
    'k=int(interval(1,4))',
    'l=tag(log, interval(1e-4,1))',
    'c=a,b',
  ].map(readOverride)
  const points = await drawPoints(overrides, 2000, 7)
  assert.deepEqual(await drawPoints(overrides, 2000, 7), points)
  const column = (name: string) =>
    points.map((point) => point.find((each) => each.startsWith(`${name}=`))?.slice(2) ?? '')
  const numbers = (name: string) => column(name).map(Number)
  assert.ok(numbers('u').every((value) => value >= -1 && value <= 3))
  // the mean of a uniform law on (-1, 3) is 1; four standard errors
  const mean = numbers('u').reduce((a, b) => a + b, 0) / 2000
  assert.ok(Math.abs(mean - 1) < (4 * 4) / Math.sqrt(12 * 2000), `${mean}`)
  assert.deepEqual([...new Set(column('k'))].sort(), ['1', '2', '3', '4'])
  // half of a log-uniform law on (1e-4, 1) lies below 1e-2
  const low = numbers('l').filter((value) => value < 1e-2).length / 2000
  assert.ok(Math.abs(low - 0.5) < 4 * Math.sqrt(0.25 / 2000), `${low}`)
  assert.deepEqual([...new Set(column('c'))].sort(), ['a', 'b'])
})

test('suggested points come nearer to the best than random ones do, and take the better choice more often', async () => {
  const overrides = ['x=interval(0,10)', 'c=good,bad'].map(readOverride)
  const loss = (point: readonly string[]) =>
    (Number(point[0]?.slice(2)) - 7) ** 2 + (point[1] === 'c=good' ? 0 : 20)
  let [suggested, random] = [0, 0]
  for (let seed = 0; seed < 20; seed += 1) {
    const start = await drawPoints(overrides, 20, seed)
    const tried = start.map((point) => ({
      values: { x: point[0]?.slice(2) ?? '', c: point[1]?.slice(2) ?? '' },
      loss: loss(point),
    }))
    const mean = (points: readonly (readonly string[])[]) =>
      points.reduce((sum, point) => sum + loss(point), 0) / points.length
    suggested += mean(await drawPoints(overrides, 20, seed + 100, tried))
    random += mean(await drawPoints(overrides, 20, seed + 100))
  }
  assert.ok(suggested < 0.5 * random, `${suggested} ${random}`)
})
