import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { harmOf, isNumeral, isTruth } from './harmless-param.ts'
import { cannotRerun } from './rerun-refusal.ts'
import type { RerunPlan } from './rerun-plan.ts'

/** Params that were set otherwise than the committed params.yaml says. What is not in that file came from the command itself. */
export async function setParams(
  place: string,
  { run, origin = run, trust }: Pick<RerunPlan, 'run' | 'origin' | 'trust'>,
): Promise<void> {
  const file = join(place, 'params.yaml')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const document = parseDocument(text)
  let changed = false
  for (const [key, value] of Object.entries(origin.params)) {
    const path = key.split('.')
    const before: unknown = document.getIn(path)
    if (!isScalar(before) || String(before) === value) continue
    const harm = trust === 'commands' ? undefined : harmOf(key, before, value)
    if (harm !== undefined) throw cannotRerun(run, harm)
    document.setIn(path, typeof before === 'string' ? value : scalarOf(value))
    changed = true
  }
  if (changed) await writeFile(file, document.toString({ lineWidth: 0 }))
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

function scalarOf(value: string): unknown {
  if (isTruth(value)) return value.toLowerCase() === 'true'
  return isNumeral(value) ? parseDocument(value).contents : value
}
