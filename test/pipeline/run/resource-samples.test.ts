import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readSamples, sampleWriter } from '../../../src/pipeline/run/resource-samples.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

test('the samples of a run of any length are at most two hundred, from its begin to its end, with its peak of memory', async (t) => {
  const log = join(await temporaryFolder(t), 'log')
  const sample = sampleWriter(log)
  const [looks, peakAt] = [36_000, 12_345]
  for (let look = 1; look <= looks; look += 1) {
    const rssBytes = look === peakAt ? 9e9 : 1e9 + look
    sample({ seconds: look / 2, cpuSeconds: look, rssBytes })
  }
  const kept = readSamples(log)
  assert.ok(kept.length >= 100 && kept.length < 200, `${kept.length}`)
  const gaps = kept.map(({ seconds }, at) => seconds - (kept[at - 1]?.seconds ?? 0))
  assert.ok(Math.max(...gaps) < 2.5 * Math.min(...gaps), gaps.join(' '))
  assert.ok((kept[0]?.seconds ?? NaN) < 300 && (kept.at(-1)?.seconds ?? NaN) > looks / 2 - 300)
  const peak = kept.find(({ rssBytes }) => rssBytes === 9e9)
  assert.ok(peak && Math.abs(peak.seconds - peakAt / 2) < 300)
  assert.ok(kept.every(({ seconds, cpuSeconds }) => cpuSeconds === 2 * seconds))
  assert.ok(readFileSync(`${log}.samples`).length < 20_000)
})

test('a sample that is cut short is passed over, and a disk that takes none ends nothing', async (t) => {
  const folder = join(await temporaryFolder(t), 'logs')
  mkdirSync(folder)
  const log = join(folder, 'log')
  const sample = sampleWriter(log)
  sample({ seconds: 1, cpuSeconds: 1, rssBytes: 1 })
  writeFileSync(`${log}.samples`, `${readFileSync(`${log}.samples`, 'utf8')}{"seconds":2,"cpu`)
  assert.deepEqual(readSamples(log), [{ seconds: 1, cpuSeconds: 1, rssBytes: 1 }])
  rmSync(folder, { recursive: true })
  sample({ seconds: 3, cpuSeconds: 1, rssBytes: 1 })
  assert.deepEqual(readSamples(log), [])
})
