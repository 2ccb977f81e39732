import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { httpCaller, operations, type Caller } from '#contract'
import { seeded } from '#stats'
import { reproduce } from '../../src/app/steps/reproduce.ts'
import { openedProject } from '../support/home.ts'
import { killedServers } from './support/killed-servers.ts'

const kills = 100

test(`after ${kills} kills with -9 at random points under load, nothing acknowledged is lost and nothing is half`, async (t) => {
  const { dir, app, caller } = await openedProject(t)
  await caller.call(operations.loop.apply, { text: await readFile(`${dir}/tidemill.yaml`, 'utf8') })
  await reproduce(await app.project('default'))
  await caller.call(operations.models.best, { name: 'KNNforDiabetes' })
  await app.close()

  const random = seeded(11)
  const said: Said = {
    runs: new Map(),
    datasets: new Map(),
    labels: new Map(),
    versions: new Set(),
    champion: 1,
  }
  const servers = killedServers(t, dir)
  for (let kill = 0; kill < kills; kill++) {
    const own = httpCaller({ url: await servers.start() })
    if (kill % 25 === 0) await check(own, said)
    // Half of the kills fall while what is loaded late is being loaded, half when all of it is there.
    const warm = Promise.withResolvers<void>()
    const load = Promise.allSettled(
      [1, 2, 3].map((writer) => work(own, said, kill * 10 + writer, warm.resolve)),
    )
    if (kill % 2 === 0) await Promise.race([warm.promise, delay(5000)])
    await delay(5 + random() * 150)
    await servers.kill()
    await load
  }
  await check(httpCaller({ url: await servers.start() }), said)
  assert.ok(said.runs.size > 50, `${said.runs.size} runs were acknowledged`)
  assert.ok(said.datasets.size > 20, `${said.datasets.size} versions were acknowledged`)
})

/** What the server said it had done. */
interface Said {
  readonly runs: Map<string, number>
  readonly datasets: Map<string, string>
  readonly labels: Map<string, string>
  readonly versions: Set<number>
  champion: number
}

/** Writes of every kind, each noted only once it was acknowledged. Ends when the server is gone. */
async function work(caller: Caller, said: Said, seed: number, onRound: () => void): Promise<void> {
  for (let i = 0; ; i++) {
    const value = seed * 1000 + i
    const { run } = await caller.call(operations.runs.create, {
      experiment: 'crash',
      params: { value },
    })
    await caller.call(operations.runs.log, { run: run.id, metrics: [{ key: 'm', value }] })
    said.runs.set(run.id, value)
    const name = `crash-${seed % 10}`
    const bytes = new TextEncoder().encode(`a,b\n${value},x\n`)
    const { version } = await caller.call(
      operations.datasets.import,
      { name, file: 'x.csv' },
      bytes,
    )
    said.datasets.set(`${name}@${version.version}`, version.digest)
    const { answers } = await caller.call(operations.endpoints.predict, {
      name: 'diabetes',
      rows: [{ Glucose: 100 + (i % 90) }],
    })
    const id = answers[0]?.id ?? ''
    await caller.call(operations.endpoints.labels, {
      name: 'diabetes',
      labels: [{ prediction: id, label: '1' }],
    })
    said.labels.set(id, '1')
    const { runs } = await caller.call(operations.runs.search, {
      experiment: 'KNearest Neighbor for Diabetes',
    })
    const pick = runs[value % runs.length]
    const registered = await caller.call(operations.models.register, {
      name: 'KNNforDiabetes',
      run: pick?.id ?? '',
    })
    said.versions.add(registered.version.version)
    onRound()
  }
}

async function check(caller: Caller, said: Said): Promise<void> {
  for (const [run, value] of said.runs) {
    const { run: kept } = await caller.call(operations.runs.get, { run })
    assert.equal(kept.params.value, String(value))
    assert.equal(kept.metrics.m, value)
  }
  for (const [place, digest] of said.datasets) {
    const [name = '', number] = place.split('@')
    const { versions } = await caller.call(operations.datasets.get, { name })
    const kept = versions.find((version) => version.version === Number(number))
    assert.equal(kept?.digest, digest, place)
    // Every version that is listed can be read whole, acknowledged or not.
    assert.deepEqual(
      versions.map((version) => version.version),
      versions.map((_, i) => versions.length - i),
    )
    const { total } = await caller.call(operations.datasets.rows, {
      name,
      version: versions[0]?.version ?? 1,
    })
    assert.equal(total, 1)
  }
  for (const [id, label] of said.labels) {
    const { prediction } = await caller.call(operations.endpoints.prediction, { id })
    assert.equal(prediction.label, label)
  }
  const { model, versions } = await caller.call(operations.models.get, { name: 'KNNforDiabetes' })
  assert.equal(model.aliases.champion, said.champion)
  for (const version of said.versions) assert.ok(versions.some((each) => each.version === version))
  for (const version of versions) {
    const bytes = await new Response(
      await caller.download(operations.models.download, {
        name: version.model,
        version: version.version,
      }),
    ).bytes()
    assert.equal(bytes.length, version.size)
  }
}
