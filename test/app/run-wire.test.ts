import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInfoWire, runText } from '../../src/app/borders/mlflow/run-wire.ts'

const plain = {
  ...{ number: 1, id: 'a'.repeat(32), experiment: '7', name: 'first', status: 'running' },
  ...{ started_at: 5, ended_at: null, user_name: 'ada', source: '{}' },
  ...{ removed_at: null, artifact_root: null },
}

test('a run in a page of a search says of itself what it says when it is asked for, whatever its names hold', () => {
  for (const other of [
    {},
    { status: 'finished', ended_at: 0 },
    { ended_at: 9, removed_at: 11 },
    { id: 'a "quoted"\\\n\u2028id', name: '\ud83d\ude00 "\u0000', user_name: '' },
    { artifact_root: 's3://bucket/"x"' },
  ]) {
    const row = { ...plain, ...other }
    const root = row.artifact_root ?? undefined
    const packed = {
      row,
      experiment: 'e',
      artifactRoot: root,
      params: '[]',
      tags: '[]',
      metrics: '[]',
    }
    const { info } = JSON.parse(runText(packed, undefined)) as { info: unknown }
    const run = {
      ...{ id: row.id, experimentId: row.experiment, name: row.name, user: row.user_name },
      ...{ status: row.status as 'running', startedAt: row.started_at },
      ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
      ...(row.removed_at === null ? {} : { removedAt: row.removed_at }),
    }
    assert.deepEqual(info, runInfoWire(run, root))
  }
})
