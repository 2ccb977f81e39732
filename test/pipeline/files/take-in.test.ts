import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { add, loadPipeline } from '#pipeline'
import { contentToKeep } from '../../../src/pipeline/cache/outputs.ts'
import { openRepository } from '../../../src/pipeline/repository.ts'
import { project } from '../support/project.ts'

function folder(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`data/${at % 7}/${at}`, `file ${at >> 1}\n`]),
  )
}

for (const [count, threads] of [
  [10, 'one thread'],
  [2500, 'several'],
] as const) {
  test(`what is described to be kept is read once and is among the objects by then: by ${threads}`, async (t) => {
    const made = await project(t, folder(count))
    const repository = openRepository(made.root)
    const content = await contentToKeep(repository, 'data')
    const cache = join(made.root, '.dvc/cache')
    const digests = new Set(content?.manifest?.files.map(({ md5 }) => md5))
    assert.equal(digests.size, count / 2)
    const places = [...digests].map((md5) => repository.cache.path(md5))
    const summed = execFileSync('md5sum', places, { encoding: 'utf8' }).trim().split('\n')
    assert.deepEqual(
      summed.map((line) => line.slice(0, 32)),
      [...digests],
    )
    assert.ok(places.every((place) => (statSync(place).mode & 0o777) === 0o444))
    assert.deepEqual(readdirSync(join(cache, 'tidemill/tmp')), [])
  })
}

test('an object that is there under the name of a file, and is another, is set aside for the file', async (t) => {
  const made = await project(t, { 'data/a': 'right\n' })
  await add(loadPipeline(made.root), ['data'])
  const { cache } = openRepository(made.root)
  const place = cache.path(hash('md5', 'right\n', 'hex'))
  chmodSync(place, 0o644)
  writeFileSync(place, 'wrong\n')
  made.write({ 'data/b': 'right\n' })
  await add(loadPipeline(made.root), ['data'])
  assert.equal(readFileSync(place, 'utf8'), 'right\n')
})

test('one file that cannot be read stops all threads, and is named', async (t) => {
  const made = await project(t, { ...folder(2500), 'data/loop@': 'loop' })
  await assert.rejects(add(loadPipeline(made.root), ['data']), /data\/loop/)
})
