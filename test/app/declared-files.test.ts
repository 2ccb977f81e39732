import assert from 'node:assert/strict'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { localCaller, localIdentity, openApp } from '#app'
import { operations, TidemillError, type Caller } from '#contract'
import { withCode } from '../auth/support/open-test-auth.ts'
import { temporaryFolder } from '../support/home.ts'

const { loop, datasets, endpoints } = operations

async function opened(t: TestContext): Promise<{ dir: string; caller: Caller; outside: string }> {
  const [dir, outside] = [await temporaryFolder(t), await temporaryFolder(t)]
  const app = await openApp({ home: join(dir, '.tidemill'), workspace: dir })
  t.after(() => app.close())
  await writeFile(join(dir, 'good.csv'), 'a,b\n1,2\n3,4\n')
  await writeFile(join(dir, '.env'), 'a,b\nsecret,1\n')
  await writeFile(join(dir, 'dvc.yaml'), 'stages: {}\n')
  await writeFile(join(dir, '.tidemill', 'config.csv'), 'a,b\npassword,1\n')
  await writeFile(join(outside, 'far.csv'), 'a,b\n5,6\n')
  return { dir, outside, caller: localCaller(app, 'default', localIdentity()) }
}

const declaring = (source: string, pointer?: string): string =>
  JSON.stringify({ datasets: { d: { source, ...(pointer ? { pointer } : {}) } } })

test('a declaration reads and writes files of the workspace: none outside, none hidden, none of the home, whatever links say', async (t) => {
  const { dir, outside, caller } = await opened(t)
  await symlink(join(dir, '.tidemill'), join(dir, 'home-by-link'))
  const refused = [
    declaring('../far.csv'),
    declaring('/etc/passwd'),
    declaring(join(outside, 'far.csv')),
    declaring('.env'),
    declaring('.tidemill/config.csv'),
    declaring('home-by-link/config.csv'),
    declaring('good.csv', '../pointer.json'),
    declaring('good.csv', join(outside, 'pointer.json')),
    declaring('good.csv', '.git/hooks/post-commit'),
    declaring('good.csv', '.tidemill/projects/default/pointer.json'),
    declaring('good.csv', 'home-by-link/pointer.json'),
  ]
  for (const text of refused) {
    await assert.rejects(caller.call(loop.plan, { text }), /is refused/, text)
    await assert.rejects(caller.call(loop.apply, { text }), /is refused/, text)
  }
  assert.deepEqual((await caller.call(datasets.list, {})).datasets, [])
  const overwriting = caller.call(loop.apply, { text: declaring('good.csv', 'dvc.yaml') })
  await assert.rejects(overwriting, withCode('conflict'))
  assert.equal(await readFile(join(dir, 'dvc.yaml'), 'utf8'), 'stages: {}\n')

  // A cache that lies elsewhere is reached by links, and pointers are written again and again.
  await symlink(join(outside, 'far.csv'), join(dir, 'linked.csv'))
  await mkdir(join(dir, 'data'))
  for (const source of ['good.csv', 'linked.csv', 'data/../good.csv'])
    await caller.call(loop.apply, { text: declaring(source, 'data/pointer.json') })
  const { version } = JSON.parse(await readFile(join(dir, 'data/pointer.json'), 'utf8')) as {
    version: number
  }
  assert.ok(version >= 2)
})

test('what was removed by hand, or by an apply that was killed, keeps no later apply from going on', async (t) => {
  const { caller } = await opened(t)
  const model = { dataset: 'd', experiment: 'e', select: { metric: 'f1', goal: 'max' } }
  const all = {
    datasets: { d: { source: 'good.csv' }, gone: { source: 'good.csv' } },
    models: { m: { ...model, requirements: [] } },
    endpoints: { e: { model: 'm' } },
    monitors: { w: { endpoint: 'e' } },
  }
  await caller.call(loop.apply, { text: JSON.stringify(all) })
  await caller.call(endpoints.remove, { name: 'e' })
  await caller.call(datasets.remove, { name: 'gone' })
  const fewer = { datasets: { d: all.datasets.d }, models: all.models }
  await caller.call(loop.apply, { text: JSON.stringify(fewer) })
  const { changes } = await caller.call(loop.plan, { text: JSON.stringify(fewer) })
  assert.ok(changes.every(({ action }) => action === 'none'))
})

test('a rule’s pattern that would keep the server busy for ever is followed in no time, and one that cannot be is refused', async (t) => {
  const { caller } = await opened(t)
  await caller.call(loop.apply, { text: declaring('good.csv') })
  const rule = (pattern: string) => [{ check: 'matches' as const, columns: ['name'], pattern }]
  const bytes = Buffer.from(`name,x\n"${'word '.repeat(40)}!",1\n`)
  const importing = async (pattern: string) => {
    await caller.call(datasets.import, { name: 'n', file: 'n.csv' }, Buffer.from('name,x\na,1\n'))
    await caller.call(datasets.rules, { name: 'n', rules: rule(pattern) })
    return caller.call(datasets.import, { name: 'n', file: 'n.csv' }, bytes)
  }
  const begin = performance.now()
  const { version } = await importing('^(\\w+\\s?)*$')
  assert.equal(version.validation?.results[0]?.violations, 1)
  assert.ok(performance.now() - begin < 10_000)
  await assert.rejects(importing('(?=a)'), (error: unknown) => {
    return error instanceof TidemillError && /not a pattern that is offered/.test(error.message)
  })
})

test('a query of SQL ends when its time is over, and takes no more memory than it may', async (t) => {
  const { caller, dir } = await opened(t)
  await writeFile(join(dir, '.tidemill', 'config.yaml'), 'query: { memoryMb: 64, seconds: 1 }\n')
  const app = await openApp({ home: join(dir, '.tidemill'), workspace: dir })
  t.after(() => app.close())
  await caller.call(loop.apply, { text: declaring('good.csv') })
  const limited = localCaller(app, 'default', localIdentity())
  const endless =
    'select count(*) from range(100000000000) a, range(1000) b where a.range % 7 = b.range'
  await assert.rejects(limited.call(datasets.query, { sql: endless }), /longer than 1 s/)
  const greedy = 'select list(range) from range(50000000)'
  await assert.rejects(limited.call(datasets.query, { sql: greedy }), withCode('query_failed'))
  const { rows } = await limited.call(datasets.query, { sql: 'select sum(a) from d' })
  assert.deepEqual(rows.length, 1)
})
