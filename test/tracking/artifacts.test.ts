import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { withCode } from '../auth/support/open-test-auth.ts'
import { databases, openedTracking } from './support/opened.ts'

const bytes = () => Readable.from(['x'])

for (const [database, skip] of databases) {
  test(
    `no path is a file and a folder, also of files that come at the same time, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      await tracking.putArtifact('r', 'a/b/c', bytes())
      await tracking.putArtifact('r', 'a/b/c', bytes())
      await tracking.putArtifact('r', 'a/bc', bytes())
      await tracking.putArtifact('other', 'a', bytes())
      for (const path of ['a', 'a/b', 'a/b/c/d', 'a/bc/d/e']) {
        const told = /would be a file and, for .*remove "/
        await assert.rejects(tracking.expectArtifact('r', path), withCode('conflict'), path)
        await assert.rejects(tracking.putArtifact('r', path, bytes()), told, path)
      }
      for (let turn = 0; turn < 5; turn++) {
        const paths = [`t${turn}`, `t${turn}/one`, `t${turn}/one/two`]
        const done = await Promise.allSettled(
          paths.map((path) => tracking.putArtifact('r', path, bytes())),
        )
        const refused = done.filter((each) => each.status === 'rejected')
        assert.deepEqual(
          refused.map(({ reason }) => withCode('conflict')(reason)),
          [true, true],
        )
      }
      await tracking.removeArtifact('r', 'a/b')
      await tracking.putArtifact('r', 'a/b', bytes())
    },
  )
}
