import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { dag, dagText, loadPipeline, plan } from '#pipeline'
import type { BenchCase, Figure } from '../figure.ts'
import { root as packageRoot, withFolder } from '../support/folder.ts'
import { median } from '../support/median.ts'

const rounds = 3
const stages = 200
const few = 10_000
const many = 100_000
const dvc = resolve(process.env.TIDEMILL_PEERS ?? '.peers', 'dvc/bin/dvc')

interface Tool {
  readonly name: string
  readonly argv: readonly string[]
}

const own: Tool = {
  name: 'tidemill',
  argv: [process.execPath, join(packageRoot, 'bin/tidemill.js')],
}
const peer: Tool | undefined = existsSync(dvc) ? { name: 'dvc', argv: [dvc] } : undefined

export const pipelines: BenchCase = {
  name: 'pipelines',
  method: `The command lines of Tidemill and a real DVC 3.67 as processes, from start to end, by turns on repositories of their own, ${rounds} rounds, medians. Beside them the same ${stages} commands by a shell each without any pipeline, Node’s MD5 of bytes in memory, and the graph of 5,000 stages in this process.`,
  run: () =>
    withFolder(async (dir) => [
      ...noop(join(dir, 'noop')),
      fresh(join(dir, 'fresh')),
      ...folders(join(dir, 'few'), few),
      ...unchanged(join(dir, 'many')),
      hashing(join(dir, 'hash')),
      await graph(join(dir, 'graph')),
    ]),
}

/** Milliseconds of one command. */
function took(tool: Tool, place: string, args: readonly string[]): number {
  const [program = '', ...before] = tool.argv
  const begin = performance.now()
  const done = spawnSync(program, [...before, ...args], {
    cwd: place,
    env: {
      ...process.env,
      SHELL: '/bin/sh',
      DVC_NO_ANALYTICS: '1',
      DVC_SITE_CACHE_DIR: `${place}-site`,
    },
  })
  const ms = performance.now() - begin
  if (done.status !== 0)
    throw new Error(`${tool.name} ${args.join(' ')} exited ${done.status}: ${String(done.stderr)}`)
  return ms
}

function repository(place: string): string {
  mkdirSync(place, { recursive: true })
  spawnSync('git', ['init', '-q', place])
  took(own, place, ['init', '-q'])
  return place
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

function compared(
  title: string,
  ours: readonly number[],
  theirs: readonly number[],
  share: number,
  most = Infinity,
): Figure {
  const value = median(ours)
  const base = theirs.length > 0 ? median(theirs) : undefined
  const limit = Math.min(most, base === undefined ? Infinity : base / share)
  return {
    title,
    value,
    unit: 'ms',
    ...(Number.isFinite(limit) ? { most: limit } : {}),
    ...(base === undefined ? {} : { baseline: { title: 'dvc', value: base } }),
  }
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

function fill(place: string, count: number): void {
  const bytes = randomBytes(1024)
  for (let at = 0; at < count; at += 1) {
    const folder = join(place, 'data', `d${at % 100}`)
    if (at < 100) mkdirSync(folder, { recursive: true })
    bytes.writeUInt32LE(at)
    writeFileSync(join(folder, `${at}.bin`), bytes)
  }
}

function folders(place: string, count: number): Figure[] {
  const times = new Map<Tool, { add: number[]; checkout: number[] }>()
  const tools = peer ? [own, peer] : [own]
  for (let round = 0; round < rounds; round += 1) {
    for (const tool of round % 2 === 0 ? tools : tools.toReversed()) {
      const there = `${place}-${tool.name}`
      rmSync(there, { recursive: true, force: true })
      repository(there)
      fill(there, count)
      const known = times.get(tool) ?? { add: [], checkout: [] }
      times.set(tool, known)
      known.add.push(took(tool, there, ['add', 'data']))
      rmSync(join(there, 'data'), { recursive: true })
      known.checkout.push(took(tool, there, ['checkout']))
    }
  }
  const theirs = peer ? times.get(peer) : undefined
  const ours = times.get(own)
  const shown = count.toLocaleString('en')
  return [
    compared(`\`add\` of ${shown} files of 1 KiB`, ours?.add ?? [], theirs?.add ?? [], 5),
    compared(`\`checkout\` of ${shown} files`, ours?.checkout ?? [], theirs?.checkout ?? [], 3),
  ]
}

function unchanged(place: string): Figure[] {
  repository(place)
  fill(place, many)
  took(own, place, ['add', 'data'])
  const warm = Array.from({ length: rounds }, () => took(own, place, ['status']))
  // what is remembered of the files is forgotten: every one is read
  rmSync(join(place, '.dvc/tmp/tidemill'), { recursive: true, force: true })
  const cold = took(own, place, ['status'])
  const shown = many.toLocaleString('en')
  return [
    {
      title: `\`status\` of ${shown} unchanged files`,
      value: median(warm),
      unit: 'ms',
      most: 1000,
    },
    { title: 'The same, when every file must be read', value: cold, unit: 'ms', most: 20_000 },
  ]
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
