import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { openApp } from '#app'
import { temporaryFolder } from '../support/home.ts'
import { ageObjects } from './support/age-objects.ts'

const script = fileURLToPath(new URL('./support/gc-process.ts', import.meta.url))

test('a gc that is killed at any moment has removed whole runs, and never a file that is still listed', async (t) => {
  const home = `${await temporaryFolder(t)}/.tidemill`
  const filler = await openApp({ home })
  const { tracking, folder } = await filler.project('default')
  const kept: string[] = []
  for (let i = 0; i < 900; i++) {
    const run = await tracking.create({ experiment: 'e', user: 'u', params: { i } })
    const names = ['own', `shared-${i % 7}`]
    for (const name of names) {
      const text = name === 'own' ? run.id : name
      await tracking.putArtifact(run.id, name, Readable.from([text]))
    }
    if (i % 3 === 0) kept.push(run.id)
    else await tracking.remove(run.id)
  }
  await filler.close()
  await ageObjects(folder)
  let kills = 0
  for (let wait = 0; wait < 24; wait++) {
    const child = spawn(process.execPath, [script, home], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(child, 'exit')
    await Promise.race([once(child.stdout, 'data'), ended])
    await Promise.race([delay(wait * 20), ended])
    child.kill('SIGKILL')
    const [code, signal] = await ended
    if (signal === null) {
      assert.equal(code, 0)
      break
    }
    kills++
    const app = await openApp({ home })
    const rooms = await app.project('default')
    const { items } = await rooms.tracking.search({ removed: 'with', limit: 5000 })
    for (const { id, params } of items) {
      assert.equal(Object.keys(params).length, 1)
      const files = await rooms.tracking.artifacts(id)
      assert.equal(files.length, 2)
      if (Number(params.i) % 97 !== 0) continue
      for (const { path } of files) await buffer(await rooms.tracking.artifact(id, path))
    }
    await app.close()
  }
  assert.ok(kills >= 5, `${kills} kills`)
  t.diagnostic(`${kills} kills`)
  const last = spawn(process.execPath, [script, home], { stdio: 'inherit' })
  assert.deepEqual(await once(last, 'exit'), [0, null])
  const app = await openApp({ home })
  const rooms = await app.project('default')
  assert.equal(await rooms.tracking.countRuns({ removed: 'with' }), kept.length)
  const objects: string[] = []
  for await (const { digest } of rooms.objects.list()) objects.push(digest)
  assert.equal(objects.length, kept.length + 7)
  await app.close()
})
