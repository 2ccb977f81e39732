import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Check } from 'typebox/schema'
import { Attribution } from '#contract'
import { findRoot } from '#pipeline'
import { atomicWrite } from '#store'

interface Coalition {
  readonly from: string
  readonly to: string
  readonly causes: readonly string[]
  /** What was asked for: stages of no metric that was asked did not run. */
  readonly metrics: readonly string[]
}

type Sample = Readonly<Record<string, number>>

/** Attributions that were made in a repository, and repeated runs, which the run cache does not keep. */
export interface Journal {
  samples(coalition: Coalition): readonly Sample[]
  keep(coalition: Coalition, samples: readonly Sample[]): Promise<void>
  save(found: Attribution): Promise<void>
  /** Newest first. */
  list(): Promise<readonly Attribution[]>
}

export function openJournal(folder: string): Journal {
  const place = join(findRoot(folder), '.dvc', 'tmp', 'tidemill', 'attributions')
  const sampleFile = ({ from, to, causes, metrics }: Coalition) =>
    join(
      place,
      'repeats',
      `${createHash('sha256')
        .update(JSON.stringify([from, to, causes.toSorted(), metrics.toSorted()]))
        .digest('hex')}.json`,
    )
  return {
    samples(coalition) {
      try {
        return JSON.parse(readFileSync(sampleFile(coalition), 'utf8')) as Sample[]
      } catch {
        return []
      }
    },
    async keep(coalition, samples) {
      await mkdir(join(place, 'repeats'), { recursive: true })
      await atomicWrite(sampleFile(coalition), JSON.stringify(samples))
    },
    async save(found) {
      await mkdir(place, { recursive: true })
      await atomicWrite(join(place, `${found.id}.json`), JSON.stringify(found))
    },
    async list() {
      const names = await readdir(place).catch(() => [])
      const found = await Promise.all(
        names.filter((name) => name.endsWith('.json')).map((name) => readOne(join(place, name))),
      )
      return found.flatMap((each) => each ?? []).sort((a, b) => b.time - a.time)
    },
  }
}

/** One that an older version wrote otherwise is passed over. */
async function readOne(file: string): Promise<Attribution | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    return Check(Attribution, value) ? value : undefined
  } catch {
    return undefined
  }
}
