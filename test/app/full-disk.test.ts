import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { runningServer } from '../support/home.ts'
import type { Loose } from '../support/loose.ts'
import { smallDisk } from '../support/small-disk.ts'

test('on a full disk each write says so, reads go on, and with space again all that was acknowledged is there', async (t) => {
  const disk = await smallDisk(t, 24)
  if (disk === undefined) return
  const filler = join(disk, 'filler')
  await writeFile(filler, randomBytes(8 << 20))
  const server = await runningServer(t, { dir: disk })
  const post = async (path: string, body: object): Promise<{ status: number; body: Loose }> => {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: await response.json() }
  }
  const { body: made } = await post('/api/runs', { experiment: 'full' })
  const run = made.run.id as string

  const stored = new Map<string, string>()
  let refusal: Loose
  for (let i = 0; i < 40 && refusal === undefined; i++) {
    const bytes = randomBytes(1 << 20)
    const response = await fetch(`${server.url}/api/runs/${run}/artifacts?path=part-${i}`, {
      method: 'PUT',
      body: bytes,
    })
    const answer: Loose = await response.json()
    if (response.ok) stored.set(`part-${i}`, createHash('sha256').update(bytes).digest('hex'))
    else refusal = { status: response.status, ...answer }
  }
  assert.equal(refusal?.status, 507)
  assert.equal(refusal?.code, 'disk_full')
  assert.match(refusal?.hint, /Free some space/)
  assert.ok(stored.size > 3, `${stored.size} files were stored before`)

  const logged: number[] = []
  let refused = 0
  for (let step = 0; step < 200; step++) {
    const metrics = Array.from({ length: 100 }, (_, i) => ({ key: `m${step}-${i}`, value: step }))
    const { status, body } = await post(`/api/runs/${run}/log`, { metrics })
    if (status === 200) logged.push(step)
    else {
      refused++
      assert.equal(status, 507, JSON.stringify(body))
    }
    if (refused > 3) break
  }
  assert.equal((await fetch(`${server.url}/api/runs/${run}`)).status, 200, 'reads go on')

  await rm(filler)
  const after = await post(`/api/runs/${run}/log`, { metrics: [{ key: 'after', value: 1 }] })
  assert.equal(after.status, 200, JSON.stringify(after.body))
  const read: Loose = await (await fetch(`${server.url}/api/runs/${run}`)).json()
  for (const step of logged) assert.equal(read.run.metrics[`m${step}-99`], step)
  assert.deepEqual(
    read.artifacts.map((artifact: Loose) => artifact.path).toSorted(),
    [...stored.keys()].toSorted(),
  )
  for (const [path, digest] of stored) {
    const file = await fetch(`${server.url}/api/runs/${run}/artifact?path=${path}`)
    const bytes = Buffer.from(await file.arrayBuffer())
    assert.equal(createHash('sha256').update(bytes).digest('hex'), digest, path)
  }
})
