import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { registeredModel } from '../support/registered-models.ts'
import { tidemill } from '../support/tidemill.ts'

const { models } = operations

test('models are named, described, tagged and taken away on the command line, where nothing goes without --yes', async (t) => {
  const { url } = await runningServer(t)
  const caller = httpCaller({ url })
  const dir = await temporaryFolder(t)
  const run = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await tidemill(['models', ...args, '--url', url], dir)
    assert.equal(code, 0, stderr)
    return stdout
  }
  await registeredModel(caller, { model: 'rsik' })
  const { version } = await registeredModel(caller, { model: 'rsik', inputs: ['a'] })
  await run('rename', 'rsik', 'risk')
  await run('describe', 'risk', 'Who comes back')
  await run('describe', 'risk', 'Of May', '--version', '2')
  assert.match(await run('tag', 'risk', 'team=a=b', 'old='), /team +a=b/)
  assert.equal(await run('tag', 'risk', '--off', 'old', 'team'), 'It has no tags.\n')
  assert.match(await run('tag', 'risk', 'by=ada', '--version', '2'), /by +ada/)
  await caller.call(models.alias, { name: 'risk', alias: 'champion', version })
  const of = await caller.call(models.get, { name: 'risk' })
  assert.deepEqual(
    [of.model.description, of.versions[0]?.description, of.versions[0]?.tags],
    ['Who comes back', 'Of May', { by: 'ada' }],
  )

  assert.match(await run('rm', 'risk', '2'), /version 2 of risk with the alias champion would go/)
  assert.match(await run('rm', 'risk'), /the model risk with 2 versions, .* Nothing was removed/)
  assert.match(await run('unalias', 'risk', 'champion'), /It was not taken away: --yes does it/)
  const same = await caller.call(models.get, { name: 'risk' })
  assert.deepEqual([same.versions.length, same.model.aliases], [2, { champion: 2 }])
  await run('unalias', 'risk', 'champion', '--yes', '--why', 'slow')
  await run('rm', 'risk', '2', '--yes')
  const less = await caller.call(models.get, { name: 'risk' })
  assert.deepEqual([less.versions.map((each) => each.version), less.history[0]?.why], [[1], 'slow'])
  assert.match(await run('rm', 'risk', '--yes'), /gone for good: the model risk with 1 version/)
  assert.deepEqual((await caller.call(models.list, {})).models, [])

  const wrong = await tidemill(['models', 'tag', 'risk', 'novalue', '--url', url], dir)
  assert.notEqual(wrong.code, 0)
  assert.match(wrong.stderr, /write KEY=VALUE/)
})
