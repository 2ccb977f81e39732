import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localCaller, localIdentity, openApp } from '#app'
import { operations } from '#contract'
import { aliasedCommits } from '../../src/cli/aliased-commits.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('the commits that gc keeps for aliases are those of the versions that one points at', async (t) => {
  const home = await temporaryFolder(t)
  const app = await openApp({ home, workspace: home })
  t.after(() => app.close())
  const caller = localCaller(app, 'default', localIdentity())
  const version = async (code: string): Promise<number> => {
    const { run } = await caller.call(operations.runs.create, { experiment: 'e', source: { code } })
    const body = new TextEncoder().encode(`model of ${code}`)
    await caller.call(operations.runs.putArtifact, { run: run.id, path: 'model/model.onnx' }, body)
    const { version: made } = await caller.call(operations.models.register, {
      name: 'm',
      run: run.id,
      signature: { inputs: [] },
    })
    return made.version
  }
  const [first, second] = [await version('a'.repeat(40)), await version(`${'b'.repeat(40)}+dirty`)]
  await version('c'.repeat(40))
  await caller.call(operations.models.alias, { name: 'm', alias: 'candidate', version: first })
  assert.deepEqual(await aliasedCommits(caller), ['a'.repeat(40)])
  await caller.call(operations.models.alias, { name: 'm', alias: 'next', version: second })
  assert.deepEqual((await aliasedCommits(caller)).toSorted(), ['a'.repeat(40), 'b'.repeat(40)])
})
