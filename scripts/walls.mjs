// Holds the code against architecture.mjs. The import rules pass when they see nothing, so a floor under the module count is part of the check.
import { spawnSync } from 'node:child_process'
import { moduleFloor } from '../architecture.mjs'

const folders = process.argv.slice(2)
const done = spawnSync(
  'depcruise',
  [
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'json',
    ...(folders.length > 0 ? folders : ['src', 'web']),
  ],
  { encoding: 'utf8', maxBuffer: 1 << 28 },
)
if (done.error) throw done.error
let summary
try {
  summary = JSON.parse(done.stdout).summary
} catch {
  process.stderr.write(`${done.stdout.slice(0, 2000)}${done.stderr.slice(0, 2000)}\n`)
  process.exit(2)
}
for (const breach of summary.violations) {
  const cycle = breach.cycle ? ` (${breach.cycle.map((each) => each.name).join(' → ')})` : ''
  process.stderr.write(`${breach.rule.name}: ${breach.from} → ${breach.to}${cycle}\n`)
}
const floor = Number(process.env.TIDEMILL_MODULE_FLOOR ?? moduleFloor)
if (summary.totalCruised < floor) {
  process.stderr.write(
    `only ${summary.totalCruised} modules were seen; at least ${floor} were expected\n`,
  )
  process.exit(1)
}
process.stdout.write(
  `walls: ${summary.violations.length} breaches in ${summary.totalCruised} modules\n`,
)
process.exit(summary.violations.length > 0 ? 1 : 0)
