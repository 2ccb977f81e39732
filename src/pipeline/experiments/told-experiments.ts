import { hash } from 'node:crypto'
import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ownFolder, readText } from '../repository.ts'

/** The commits of experiments that a place was told of, so that nobody asks there again. */
export interface ToldExperiments {
  has(rev: string): boolean
  add(revs: readonly string[]): void
}

/** What is noted here of one place. Two that note at once each add lines to the file: none is lost. */
export function toldExperiments(root: string, place: string): ToldExperiments {
  const file = join(ownFolder(root), 'told', hash('sha256', place, 'hex').slice(0, 32))
  const told = new Set((readText(file) ?? '').split('\n'))
  return {
    has: (rev) => told.has(rev),
    add(revs) {
      const fresh = revs.filter((rev) => !told.has(rev))
      if (fresh.length === 0) return
      mkdirSync(dirname(file), { recursive: true })
      appendFileSync(file, fresh.map((rev) => `${rev}\n`).join(''))
      for (const rev of fresh) told.add(rev)
    },
  }
}
