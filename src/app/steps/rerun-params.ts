import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { cannotRerun } from './rerun-refusal.ts'
import type { RerunPlan } from './plan-rerun.ts'

type Setter = Pick<RerunPlan, 'run' | 'trust'>

/** Params that were set otherwise than the committed params.yaml says. What is not in that file came from the command itself. */
export async function setParams(place: string, plan: Setter): Promise<void> {
  const file = join(place, 'params.yaml')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const document = parseDocument(text)
  let changed = false
  for (const [key, value] of Object.entries(plan.run.params)) {
    const path = key.split('.')
    const before: unknown = document.getIn(path)
    if (!isScalar(before) || String(before) === value) continue
    if (plan.trust !== 'commands') requireHarmless(plan, key, { before, value })
    document.setIn(path, typeof before === 'string' ? value : scalarOf(value))
    changed = true
  }
  if (changed) await writeFile(file, document.toString({ lineWidth: 0 }))
}

type Scalar = string | number | boolean

function isScalar(value: unknown): value is Scalar {
  return ['string', 'number', 'boolean'].includes(typeof value)
}

const numeral = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i
const truth = /^(?:true|false)$/i

/** As YAML writes it; Python's True is a boolean too. */
function scalarOf(value: string): unknown {
  if (truth.test(value)) return value.toLowerCase() === 'true'
  return numeral.test(value) ? parseDocument(value).contents : value
}

/** A stage's command is put together from params without quotes, and runs in a shell; its outputs are removed before it runs. */
function requireHarmless(
  { run }: Setter,
  key: string,
  { before, value }: { readonly before: Scalar; readonly value: string },
): void {
  const shown = `its param ${key} is ${JSON.stringify(value.slice(0, 100))}`
  if (typeof before === 'string') {
    if (/^[a-z0-9][a-z0-9._/+,-]*$/i.test(value) && !value.split('/').includes('..')) return
    const allowed =
      'letters, digits and . _ / + - , that begins with a letter or digit and leads nowhere above'
    throw cannotRerun(
      run,
      `${shown}, and a text that differs from the commit must be of ${allowed}, unless an admin recorded it`,
    )
  }
  const isKind = typeof before === 'number' ? numeral : truth
  if (isKind.test(value)) return
  throw cannotRerun(
    run,
    `${shown}, where the commit has the ${typeof before} ${before}; only an admin's run may put something else there`,
  )
}
