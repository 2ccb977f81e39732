import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  addRemote,
  configEntries,
  modifyRemote,
  remoteList,
  removeRemote,
  renameRemote,
  setConfig,
} from '#pipeline'
import { project } from './support/project.ts'

test('remotes and settings are written as DVC writes them, comments kept', async (t) => {
  const made = await project(t)
  const { root } = made
  addRemote(root, 'store', '../store', { from: root, asDefault: true })
  // recorded from DVC 3.67.1
  const recorded = '[core]\n    remote = store\n[\'remote "store"\']\n    url = ../../store\n'
  assert.equal(made.read('.dvc/config'), recorded)
  made.write({ '.dvc/config': `# ours\n${recorded}` })
  modifyRemote(root, 'store', 'jobs', '3')
  assert.equal(made.read('.dvc/config'), `# ours\n${recorded}    jobs = 3\n`)
  setConfig(root, 'remote.store.password', 'secret', 'local')
  assert.doesNotMatch(made.read('.dvc/config'), /secret/)
  assert.deepEqual(
    configEntries(root).map(({ name, level }) => `${level} ${name}`),
    [
      'project core.remote',
      'project remote.store.url',
      'project remote.store.jobs',
      'local remote.store.password',
    ],
  )
  renameRemote(root, 'store', 'depot')
  assert.equal(remoteList(root).core, 'depot')
  assert.throws(() => addRemote(root, 'depot', '/x', { from: root }), /exists already/)
  assert.throws(() => setConfig(root, 'nonsense', '1'), /section\.option/)
  assert.throws(() => modifyRemote(root, 'nosuch', 'url', '/x'), /nosuch/)
  removeRemote(root, 'depot')
  assert.equal(made.read('.dvc/config'), '# ours\n')
})
