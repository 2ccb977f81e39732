import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { parse } from 'yaml'
import { httpCaller, operations, type GateReport } from '#contract'
import { reproduce } from '../../src/app/steps/reproduce.ts'
import { openedProject, runningServer } from '../support/home.ts'
import type { Loose } from '../support/loose.ts'

test('the model behind an endpoint is swapped twenty times under load without a failed request', async (t) => {
  const { dir, app, caller } = await openedProject(t)
  const declared = parse(await readFile(`${dir}/tidemill.yaml`, 'utf8')) as Loose
  declared.models.KNNforDiabetes.requirements = [{ kind: 'schema' }]
  await caller.call(operations.loop.apply, { text: JSON.stringify(declared) })
  await reproduce(await app.project('default'))
  const { runs } = await caller.call(operations.runs.search, {})
  for (const run of runs)
    await caller.call(operations.models.register, { name: 'KNNforDiabetes', run: run.id })
  const server = await runningServer(t, { dir })
  const http = httpCaller({ url: server.url })
  const promote = (version: number): Promise<{ gate?: GateReport }> =>
    http.call(operations.models.alias, { name: 'KNNforDiabetes', alias: 'champion', version })
  await promote(1)

  let [asked, failed, stopped] = [0, 0, false]
  // also when a swap is refused: they would ask for as long as the process lives
  t.after(() => (stopped = true))
  const versions = new Set<number>()
  const clients = Array.from({ length: 4 }, async () => {
    while (!stopped) {
      asked++
      await http
        .call(operations.endpoints.predict, { name: 'diabetes', rows: [{ Glucose: 140, Age: 40 }] })
        .then(({ answers }) => versions.add(answers[0]?.version ?? 0))
        .catch(() => failed++)
    }
  })
  for (let swap = 1; swap <= 20; swap++) await promote((swap % runs.length) + 1)
  stopped = true
  await Promise.all(clients)
  assert.equal(failed, 0, `${failed} of ${asked} failed`)
  assert.ok(asked > 100, `${asked} requests`)
  assert.equal(versions.size, runs.length, 'every version answered')
})
