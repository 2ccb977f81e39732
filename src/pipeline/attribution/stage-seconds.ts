import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readText, type Repository } from '../repository.ts'

/** How long a stage took when it last ran to its end here; `undefined` when it never did. */
export function stageSeconds(repository: Repository, stage: string): number | undefined {
  const folder = join(repository.own, 'logs', encodeURIComponent(stage))
  for (const name of records(folder)) {
    const seconds = wallSeconds(readText(join(folder, name)) ?? '')
    if (seconds !== undefined) return seconds
  }
  return undefined
}

function records(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
      .reverse()
  } catch {
    return []
  }
}

function wallSeconds(text: string): number | undefined {
  try {
    const record = JSON.parse(text) as {
      exitCode?: number
      resources?: { wallSeconds?: number }
    }
    return record.exitCode === 0 ? record.resources?.wallSeconds : undefined
  } catch {
    return undefined
  }
}
