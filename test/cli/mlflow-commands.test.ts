import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'

test('import mlflow fills the project that is named, and export mlflow sends that one alone', async (t) => {
  const [folder, here, partner] = [
    await temporaryFolder(t),
    await runningServer(t),
    await runningServer(t),
  ]
  await mkdir(join(folder, 'mlruns', '7'), { recursive: true })
  const meta = "creation_time: 2\nexperiment_id: '7'\nlifecycle_stage: active\nname: lines\n"
  await writeFile(join(folder, 'mlruns', '7', 'meta.yaml'), meta)
  await mkdir(join(folder, 'mlruns', 'models'))
  const named = ['--url', here.url, '--project', 'team-a']
  const came = await tidemill(['import', 'mlflow', '--from', 'mlruns', ...named], folder)
  assert.equal(came.code, 0, came.stderr + came.stdout)
  const usual = (await here.app.project('default')).tracking
  const own = (await here.app.project('team-a')).tracking
  assert.equal(await usual.findExperiment('lines'), undefined)
  assert.equal((await own.findExperiment('lines'))?.name, 'lines')
  await usual.createExperiment({ name: 'not for partners' })
  const went = await tidemill(['export', 'mlflow', '--to', partner.url, ...named], folder)
  assert.equal(went.code, 0, went.stderr + went.stdout)
  const there = (await partner.app.project('default')).tracking
  assert.equal((await there.findExperiment('lines'))?.name, 'lines')
  assert.equal(await there.findExperiment('not for partners'), undefined)
})

/** An MLflow with nothing in it that lets in one user, as its own login does; answers its port. */
async function closedMlflow(t: TestContext, user: string, password: string): Promise<number> {
  const known = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const server = createServer(({ headers }, response) => {
    response.statusCode = headers.authorization === known ? 200 : 401
    response.end(response.statusCode === 200 ? '{}' : 'You are not authenticated.')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

test('an MLflow server with its own login is asked with the user of its address, or of MLflow’s variables', async (t) => {
  const [folder, here] = [await temporaryFolder(t), await runningServer(t)]
  const at = `127.0.0.1:${await closedMlflow(t, 'ada', 'p@ss wörd')}`
  const bring = (from: string) =>
    tidemill(['import', 'mlflow', '--from', from, '--url', here.url], folder)
  const named = await bring(`http://ada:${encodeURIComponent('p@ss wörd')}@${at}`)
  assert.equal(named.code, 0, named.stderr + named.stdout)
  const wrong = await bring(`http://ada:secret@${at}`)
  assert.equal(wrong.code, 77)
  assert.match(wrong.stderr, /answered 401: You are not authenticated.*Say who asks: /s)
  assert.doesNotMatch(wrong.stderr + wrong.stdout, /secret|^ +at /m)
  for (const open of ['1/secret', '1#secret', '1?secret', 'a:b/secret']) {
    const cut = await bring(`http://ada:${open}@${at}`)
    assert.equal(cut.code, 2)
    assert.match(cut.stderr, /\/\/…@127\.0\.0\.1:\d+ cannot be read .* \/ is written %2F/)
    assert.doesNotMatch(cut.stderr + cut.stdout, /secret/)
  }
  process.env.MLFLOW_TRACKING_USERNAME = 'ada'
  process.env.MLFLOW_TRACKING_PASSWORD = 'p@ss wörd'
  t.after(() => {
    delete process.env.MLFLOW_TRACKING_USERNAME
    delete process.env.MLFLOW_TRACKING_PASSWORD
  })
  const said = await bring(`http://${at}`)
  assert.equal(said.code, 0, said.stderr + said.stdout)
})
