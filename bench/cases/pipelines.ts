import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { dag, dagText, loadPipeline, plan } from '#pipeline'
import type { BenchCase, Figure } from '../figure.ts'
import { compared, own, peer, repository, took } from '../support/dvc-words.ts'
import { withFolder } from '../support/folder.ts'
import { median } from '../support/median.ts'

const rounds = 3
const stages = 200
export const pipelines: BenchCase = {
  name: 'pipelines',
  method: `The command lines of Tidemill and a real DVC 3.67 as processes, from start to end, by turns on repositories of their own, ${rounds} rounds, medians. Beside them the same ${stages} commands by a shell each without any pipeline, Node’s MD5 of bytes in memory, and the graph of 5,000 stages in this process.`,
  run: () =>
    withFolder(async (dir) => [
      ...noop(join(dir, 'noop')),
      fresh(join(dir, 'fresh')),
      hashing(join(dir, 'hash')),
      await graph(join(dir, 'graph')),
    ]),
}

function chain(place: string, length: number): void {
  const texts = Array.from(
    { length },
    (_, at) =>
      `  s${at}:\n    cmd: cp ${at === 0 ? 'seed' : `o${at - 1}`} o${at}\n    deps: [${at === 0 ? 'seed' : `o${at - 1}`}]\n    outs: [o${at}]\n`,
  )
  writeFileSync(join(place, 'seed'), 'seed\n')
  writeFileSync(join(place, 'dvc.yaml'), `stages:\n${texts.join('')}`)
}

function noop(place: string): Figure[] {
  repository(place)
  chain(place, stages)
  took(own, place, ['repro', '--json'])
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round += 1) {
    ours.push(took(own, place, ['repro']))
    if (peer) theirs.push(took(peer, place, ['repro']))
  }
  return [compared(`\`repro\` of ${stages} stages with nothing to do`, ours, theirs, 30, 150)]
}

function fresh(place: string): Figure {
  const costs: number[] = []
  const bare: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    rmSync(place, { recursive: true, force: true })
    repository(place)
    chain(place, stages)
    const nothing = took(own, place, ['repro', '--dry'])
    costs.push((took(own, place, ['repro', '--json']) - nothing) / stages)
    const begin = performance.now()
    for (let at = 0; at < stages; at += 1)
      spawnSync('/bin/sh', ['-c', `cp seed o${at}`], { cwd: place })
    bare.push((performance.now() - begin) / stages)
  }
  return {
    title: `A fresh trivial stage, of ${stages}`,
    value: median(costs),
    unit: 'ms',
    most: median(bare) + 5,
    baseline: { title: 'its command alone in a shell', value: median(bare) },
  }
}

function hashing(place: string): Figure {
  repository(place)
  const block = randomBytes(1 << 20)
  const size = 1024
  const file = openSync(join(place, 'big'), 'w')
  for (let at = 0; at < size; at += 1) writeSync(file, block)
  closeSync(file)
  // once before: the file is in the page cache for both
  took(own, place, ['add', 'big', '--no-commit'])
  const rates: number[] = []
  const raw: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    rmSync(join(place, '.dvc/tmp/tidemill'), { recursive: true, force: true })
    const start = took(own, place, ['--version'])
    rates.push(size / ((took(own, place, ['status']) - start) / 1000))
    const begin = performance.now()
    const digest = createHash('md5')
    for (let at = 0; at < size; at += 1) digest.update(block)
    digest.digest()
    raw.push(size / ((performance.now() - begin) / 1000))
  }
  return {
    title: 'Hashing a file of 1 GiB',
    value: median(rates),
    unit: 'MiB/s',
    least: 0.9 * median(raw),
    baseline: { title: 'MD5 of bytes in memory, one core', value: median(raw) },
  }
}

async function graph(place: string): Promise<Figure> {
  repository(place)
  chain(place, 5000)
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const begin = performance.now()
    const pipeline = loadPipeline(place)
    await plan(pipeline)
    dagText(dag(pipeline, {}))
    times.push(performance.now() - begin)
  }
  return {
    title: 'Reading, planning and drawing 5,000 stages',
    value: median(times),
    unit: 'ms',
    most: 2000,
  }
}
