import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchCase, Figure } from '../figure.ts'
import { compared, own, peer, repository, took, type Tool } from '../support/dvc-words.ts'
import { withFolder } from '../support/folder.ts'
import { median } from '../support/median.ts'

const rounds = 2
const few = 10_000
const many = 100_000

export const dataVersions: BenchCase = {
  name: 'data-versions',
  method: `The command lines of Tidemill and a real DVC 3.67 as processes, from start to end, by turns on folders of their own with files of 1 KiB, ${rounds} rounds, medians.`,
  run: () =>
    withFolder((dir) =>
      Promise.resolve([...folders(join(dir, 'few'), few), ...unchanged(join(dir, 'many'))]),
    ),
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
      const there = `${place}-${tool.name}-${round}`
      repository(there)
      fill(there, count)
      // what was written before is on the disk: who waits for the disk waits for what is its own
      execFileSync('sync', ['-f', there])
      const known = times.get(tool) ?? { add: [], checkout: [] }
      times.set(tool, known)
      known.add.push(took(tool, there, ['add', 'data']))
      // Put aside, not removed: for half a minute ext4 passes over each inode that was freed before it gives out another.
      renameSync(join(there, 'data'), join(there, 'aside'))
      known.checkout.push(took(tool, there, ['checkout']))
    }
  }
  const theirs = peer ? times.get(peer) : undefined
  const ours = times.get(own)
  const shown = count.toLocaleString('en')
  return [
    compared(`\`add\` of ${shown} files of 1 KiB`, ours?.add ?? [], theirs?.add ?? [], 5),
    compared(`\`checkout\` of ${shown} files`, ours?.checkout ?? [], theirs?.checkout ?? [], 3),
    {
      title: `${shown} such files written and renamed, nothing else`,
      value: disk(place),
      unit: 'ms',
    },
  ]
}

/** What no tool that keeps a file for each object can do without. */
function disk(place: string): number {
  const bytes = randomBytes(1024)
  const folders = Array.from({ length: 256 }, (_, at) => join(`${place}-disk`, String(at)))
  for (const folder of folders) mkdirSync(folder, { recursive: true })
  const begin = performance.now()
  for (let at = 0; at < few; at += 1) {
    const beside = join(`${place}-disk`, `${at}.tmp`)
    writeFileSync(beside, bytes)
    renameSync(beside, join(folders[at % 256] ?? '', `${at}`))
  }
  return performance.now() - begin
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
