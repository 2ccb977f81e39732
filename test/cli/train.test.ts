import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'

/** A class that is 1 where x is over 5, and a column that says nothing. */
const rows = Array.from({ length: 80 }, (_, i) => `${i % 10},${(i * 7) % 13},${i % 10 > 5 ? 1 : 0}`)

async function withDataset(t: Parameters<typeof temporaryFolder>[0]): Promise<string> {
  const dir = await temporaryFolder(t)
  await writeFile(join(dir, 'points.csv'), `x,noise,over\n${rows.join('\n')}\n`)
  const { code, stderr } = await tidemill(
    ['data', 'import', 'points', 'points.csv', '--label', 'over'],
    dir,
  )
  assert.equal(code, 0, stderr)
  return dir
}

test('train keeps a run with params, metrics and a model that can be registered', async (t) => {
  const dir = await withDataset(t)
  const { stdout, code, stderr } = await tidemill(
    ['train', 'points', '-e', 'knn', '-s', 'neighbors=1', '--experiment', 'first', '--json'],
    dir,
  )
  assert.equal(code, 0, stderr)
  const trained = JSON.parse(stdout) as { run: string; metrics: { accuracy: number } }
  assert.ok(trained.metrics.accuracy > 0.9, `${trained.metrics.accuracy}`)
  const registered = await tidemill(['models', 'register', 'points', trained.run, '--json'], dir)
  assert.equal(registered.code, 0, registered.stderr)
  const shown = await tidemill(['runs', 'ls', '-e', 'first', '--json'], dir)
  const { runs } = JSON.parse(shown.stdout) as { runs: { params: Record<string, string> }[] }
  assert.deepEqual(
    runs.map((run) => [run.params.estimator, run.params.neighbors]),
    [['knn', '1']],
  )
})

test('search keeps a run for each point and puts the best first', async (t) => {
  const dir = await withDataset(t)
  const { stdout, code, stderr } = await tidemill(
    ['search', 'points', '-e', 'knn', '-t', 'neighbors=1,60', '--metric', 'accuracy', '--json'],
    dir,
  )
  assert.equal(code, 0, stderr)
  const { trials } = JSON.parse(stdout) as {
    trials: { params: { neighbors: number }; metrics: { accuracy: number } }[]
  }
  assert.deepEqual(
    trials.map((trial) => trial.params.neighbors),
    [1, 60],
  )
  assert.match(stderr, /2 of 2, best accuracy/)
})

test('what cannot be trained is refused before a run is begun', async (t) => {
  const dir = await withDataset(t)
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['train', 'nothing'], /no dataset nothing/],
    [['train', 'points', '-e', 'forest'], /There is no estimator forest; there are knn/],
    [['train', 'points', '-e', 'knn', '-s', 'depth=3'], /knn has no option depth/],
    [['train', 'points', '--label', 'colour'], /colour/],
    [['train', 'points', '--test-share', '2'], /between 0 and 1/],
    [['search', 'points', '-e', 'knn', '-t', 'neighbors=1..9'], /--trials/],
    [['search', 'points', '-e', 'knn'], /nothing to try/],
    [['search', 'points', '-e', 'knn', '-t', 'neighbors=9..1', '--trials', '2'], /no range/],
  ]
  for (const [args, expected] of cases) {
    const { code, stderr } = await tidemill(args, dir)
    assert.notEqual(code, 0, args.join(' '))
    assert.match(stderr, expected, args.join(' '))
  }
  const { stdout } = await tidemill(['runs', 'ls', '--json'], dir)
  assert.deepEqual((JSON.parse(stdout) as { runs: unknown[] }).runs, [])
})
