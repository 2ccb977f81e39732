import { readFile, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { csvToParquet } from './cases/csv-to-parquet.ts'
import { graphLayout } from './cases/graph-layout.ts'
import { dataVersions } from './cases/data-versions.ts'
import { help } from './cases/help.ts'
import { loop } from './cases/loop.ts'
import { packed } from './cases/package.ts'
import { pipelines } from './cases/pipelines.ts'
import { predict } from './cases/predict.ts'
import { runTable } from './cases/run-table.ts'
import { start } from './cases/start.ts'
import { artifacts } from './cases/artifacts.ts'
import { tracking } from './cases/tracking.ts'
import { trackingScale } from './cases/tracking-scale.ts'
import { trackingSearch } from './cases/tracking-search.ts'
import { isKept, type BenchCase } from './figure.ts'
import { pageFor, tableFor, type Measured } from './page.ts'
import { root } from './support/folder.ts'

const cases: readonly BenchCase[] = [
  start,
  help,
  csvToParquet,
  predict,
  tracking,
  trackingSearch,
  runTable,
  artifacts,
  pipelines,
  dataVersions,
  packed,
  graphLayout,
  loop,
]
/** Too large for a run of all: measured only when named. */
const large: readonly BenchCase[] = [trackingScale]
const named = process.argv.slice(2)
const unknown = named.find((name) => ![...cases, ...large].some((each) => each.name === name))
if (unknown !== undefined) {
  process.stderr.write(
    `There is no case ${unknown}; there are ${[...cases, ...large].map(({ name }) => name).join(', ')}.\n`,
  )
  process.exit(2)
}

const measured: Measured[] = []
const wanted =
  named.length === 0 ? cases : [...cases, ...large].filter(({ name }) => named.includes(name))
for (const bench of wanted) {
  process.stderr.write(`${bench.name} …\n`)
  measured.push({ bench, figures: await bench.run() })
}
process.stdout.write(`${tableFor(measured)}\n`)

if (named.length === 0) {
  const machine = {
    cores: cpus().length,
    gigabytes: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    date: new Date().toISOString().slice(0, 10),
  }
  const slow = await readFile(new URL('./still-slow.md', import.meta.url), 'utf8')
  await writeFile(join(root, 'docs/benchmarks.md'), pageFor(measured, machine, slow))
}
const missed = measured.flatMap(({ figures }) => figures.filter((each) => isKept(each) === false))
for (const { title } of missed) process.stderr.write(`Not kept: ${title}\n`)
process.exitCode = missed.length > 0 ? 1 : 0
