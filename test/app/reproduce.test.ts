import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { openApp } from '#app'
import { reproduce } from '../../src/app/steps/reproduce.ts'
import { temporaryFolder } from '../support/home.ts'

test('a stage counts once, however often it is tried, and a database that does not answer makes no failure of it', async (t) => {
  const dir = await temporaryFolder(t)
  await writeFile(
    join(dir, 'dvc.yaml'),
    `stages:
  once:
    cmd: 'test -f again || { touch again; exit 1; }'
    meta: { retry: { count: 2, backoff: 10ms } }
  other:
    cmd: 'true'
`,
  )
  const app = await openApp({ home: join(dir, '.tidemill'), workspace: dir })
  t.after(() => app.close())
  const rooms = await app.project('default')
  t.mock.method(rooms.tracking, 'search', () => Promise.reject(new Error('gone')))
  const told: string[] = []
  const tell = ({ message }: Error): void => void told.push(message)
  process.on('warning', tell)
  t.after(() => process.off('warning', tell))
  const seen: number[] = []
  await reproduce(rooms, { onStage: (done) => void seen.push(done) })
  assert.deepEqual(seen, [1, 2])
  await setImmediate()
  assert.ok(told.includes('gone'))
})

test('a workspace without a pipeline is refused, and no repository is made in it', async (t) => {
  const dir = await temporaryFolder(t)
  const app = await openApp({ home: join(dir, '.tidemill'), workspace: dir })
  t.after(() => app.close())
  await assert.rejects(reproduce(await app.project('default')), /no pipeline dvc\.yaml in/)
  assert.equal(existsSync(join(dir, '.dvc')), false)
})
