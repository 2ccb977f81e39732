import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
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
