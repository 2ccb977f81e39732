import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Figure } from '../figure.ts'
import { root as packageRoot } from './folder.ts'
import { median } from './median.ts'

const dvc = resolve(process.env.TIDEMILL_PEERS ?? '.peers', 'dvc/bin/dvc')

export interface Tool {
  readonly name: string
  readonly argv: readonly string[]
}

export const own: Tool = {
  name: 'tidemill',
  argv: [process.execPath, join(packageRoot, 'bin/tidemill.js')],
}
export const peer: Tool | undefined = existsSync(dvc) ? { name: 'dvc', argv: [dvc] } : undefined

/** Milliseconds of one command. */
export function took(tool: Tool, place: string, args: readonly string[]): number {
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

/** A new repository of Git and DVC. */
export function repository(place: string): string {
  mkdirSync(place, { recursive: true })
  spawnSync('git', ['init', '-q', place])
  took(own, place, ['init', '-q'])
  return place
}

/** Our time beside DVC’s, held to a share of it. */
export function compared(
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
