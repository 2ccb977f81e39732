import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { newId } from '#contract'
import { openApp } from '#app'
import { manualClock } from '#store'
import { tableFromRows } from '#table'
import { backupHome, restoreHome } from '../../src/app/backup.ts'
import { commitLabels } from '../../src/app/steps/commit-labels.ts'
import { withCode } from '../auth/support/open-test-auth.ts'
import { temporaryFolder } from '../support/home.ts'

test('committed labels are in the data once, whenever the server is killed, and nothing that came meanwhile is lost', async (t) => {
  const app = await openApp({ home: join(await temporaryFolder(t), '.tidemill') })
  t.after(() => app.close())
  const rooms = await app.project('default')
  const { lake, labeling } = rooms
  const version = (rows: readonly Record<string, string | number>[]) => ({
    ...{ dataset: 'd', table: tableFromRows(rows), origin: 'import' as const, message: 'm' },
    by: 'test',
  })
  await lake.describe('d', { label: 'y' })
  await lake.add(version([{ x: 1, y: 'no' }]))
  const classes = ['no', 'yes'].map((value) => ({ value, label: value }))
  await labeling.declare({
    name: 'q',
    endpoint: 'e',
    dataset: 'd',
    below: 1,
    annotators: 1,
    classes,
  })
  const predicted = { endpoint: 'e', model: 'm', version: 1, time: 0, features: { x: 2 } }
  const unsure = { prediction: 'no', probabilities: { no: 0.6, yes: 0.4 } }
  await labeling.offer('q', [{ id: newId(), ...predicted, ...unsure }])
  const [task] = await labeling.tasks('q')
  await labeling.annotate('q', task?.id ?? '', 'yes', 'ada')

  const killed = new Error('killed')
  const dying = { ...rooms, labeling: { ...labeling, commit: () => Promise.reject(killed) } }
  await assert.rejects(commitLabels(dying, 'q', 'ada'), killed)
  const late = {
    ...rooms,
    lake: {
      ...lake,
      add: async (...given: Parameters<typeof lake.add>) => {
        await lake.add(
          version([
            { x: 7, y: 'no' },
            { x: 8, y: 'no' },
          ]),
        )
        return lake.add(...given)
      },
    },
  }
  await assert.rejects(commitLabels(late, 'q', 'ada'), withCode('conflict'))
  const done = await commitLabels(rooms, 'q', 'ada')
  assert.deepEqual([done.rows, done.version?.rows], [1, 3])
  assert.deepEqual(await commitLabels(rooms, 'q', 'ada'), { rows: 0 })
  assert.equal((await labeling.queue('q')).uncommitted, 0)
})

test('a backup of a busy server has the files that its rows name, and none that was half written', async (t) => {
  const dir = await temporaryFolder(t)
  const app = await openApp({ home: join(dir, '.tidemill') })
  t.after(() => app.close())
  const { tracking, folder } = await app.project('default')
  const run = await tracking.create({ experiment: 'e', source: {}, user: 'test' })
  let [n, stopped] = [0, false]
  const busy = (async () => {
    while (!stopped) {
      const bytes = Readable.from([Buffer.from(`${n}`.repeat(2000))])
      await tracking.putArtifact(run.id, `f${n}`, bytes)
      n += 1
    }
  })()
  const nursery = join(folder, 'objects', 'tmp')
  await mkdir(nursery, { recursive: true })
  await writeFile(join(nursery, 'half'), 'half')
  const file = join(dir, 'b.tar.gz')
  while (n < 50) await new Promise((resolve) => setTimeout(resolve, 5))
  await backupHome(app.home, file)
  stopped = true
  await busy
  const home = join(dir, 'restored')
  await restoreHome(file, home, { replace: false, dry: false })
  const again = await openApp({ home })
  t.after(() => again.close())
  const restored = await again.project('default')
  const kept = await restored.tracking.artifacts(run.id)
  assert.ok(kept.length >= 50)
  for (const { digest } of kept) await restored.objects.file(digest as never)
})

test('predictions are counted as they come, whatever was counted before, and labels as they come late', async (t) => {
  const clock = manualClock(Date.UTC(2026, 0, 1))
  const app = await openApp({ home: join(await temporaryFolder(t), '.tidemill'), clock })
  t.after(() => app.close())
  const { log } = (await app.project('default')).serving
  const add = (endpoint: string): string => {
    const id = newId(clock.now())
    const at = { model: 'm', version: 1, time: clock.now(), features: {} }
    log.add({ id, endpoint, ...at, prediction: '1' })
    return id
  }
  const first = add('e')
  for (let minute = 1; minute <= 5; minute++) {
    add('other')
    await clock.advance(50_000)
    add('e')
    assert.deepEqual(await log.count('e'), { predictions: 1 + minute, labels: 0 })
  }
  await log.label([{ prediction: first, label: '1' }])
  assert.deepEqual(await log.count('e'), { predictions: 6, labels: 1 })
  assert.deepEqual(await log.count('other'), { predictions: 5, labels: 0 })
})
