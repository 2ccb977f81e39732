import { text } from 'node:stream/consumers'
import { TidemillError, type Run, type RunDifference } from '#contract'
import { diffTables, rowChanges } from '#lake'
import { dataDiff, loadPipeline } from '#pipeline'
import { causesOf, changedTexts, compareRuns, readRequirements } from '#tracking'
import type { Rooms } from '../rooms.ts'
import { codeDifference } from './code-difference.ts'
import { rerunAttribution } from './rerun-attribution.ts'

/** A longer file is no list of packages. */
const mostListBytes = 1 << 20
/** Rows are compared where both versions together have no more than these. */
const mostRows = 2_000_000

/** All that is recorded of two runs and is not the same: what could be why a metric changed. */
export async function runDifference(rooms: Rooms, a: string, b: string): Promise<RunDifference> {
  const [from, to] = await Promise.all([rooms.tracking.run(a), rooms.tracking.run(b)])
  const code = await codeDifference(rooms, from, to)
  const difference = {
    ...compareRuns(from, to),
    code,
    data: {
      datasets: await datasetDifferences(rooms, from, to),
      files: await trackedFiles(rooms, code),
    },
    packages: changedTexts(await packagesOf(rooms, from), await packagesOf(rooms, to)),
  }
  const found = { ...difference, ...causesOf(difference) }
  if (found.causes.length === 0) return found
  const attribution = await rerunAttribution(rooms, from, to)
  return { ...found, ...(attribution === undefined ? {} : { attribution }) }
}

async function datasetDifferences(
  rooms: Rooms,
  a: Run,
  b: Run,
): Promise<RunDifference['data']['datasets']> {
  const inputs = await rooms.tracking.inputsOf([a.id, b.id])
  const read = (run: Run): Readonly<Record<string, string>> =>
    Object.fromEntries((inputs.get(run.id)?.datasets ?? []).map((each) => [each.name, each.digest]))
  const own = ({ source }: Run): Readonly<Record<string, string>> =>
    source.dataset === undefined
      ? {}
      : { [source.dataset]: source.dataDigest ?? `version ${source.datasetVersion ?? '?'}` }
  const changed = changedTexts({ ...read(a), ...own(a) }, { ...read(b), ...own(b) })
  return Promise.all(
    changed.map(async (each) => {
      const [before, after] = [a, b].map(({ source }) =>
        source.dataset === each.name ? source.datasetVersion : undefined,
      )
      if (before === undefined || after === undefined) return each
      const rows = await rowsBetween(rooms, each.name, before, after)
      return { name: each.name, from: `version ${before}`, to: `version ${after}`, ...rows }
    }),
  )
}

async function rowsBetween(
  { lake }: Rooms,
  name: string,
  from: number,
  to: number,
): Promise<Pick<RunDifference['data']['datasets'][number], 'rows'>> {
  try {
    const versions = await Promise.all([lake.version(name, from), lake.version(name, to)])
    if (versions.reduce((sum, each) => sum + each.rows, 0) > mostRows) return {}
    const [before, after] = await Promise.all([lake.table(name, from), lake.table(name, to)])
    const columns = diffTables(before, after).columns.filter((each) => each.change !== 'same')
    return {
      rows: {
        ...rowChanges(before, after),
        columns: columns.map((each) => ({
          name: each.name,
          cells: each.cells,
          change: each.change,
        })),
      },
    }
  } catch (error) {
    // A version can be gone; that the digests differ is still true.
    if (error instanceof TidemillError && error.code === 'not_found') return {}
    throw error
  }
}

/** What DVC recorded of data files at the two commits. */
async function trackedFiles(
  { workspace }: Rooms,
  { from, to, files }: RunDifference['code'],
): Promise<RunDifference['data']['files']> {
  if (from === undefined || to === undefined || files.length === 0) return []
  const commit = (text: string): string => text.replace(/\+dirty$/, '')
  try {
    const pipeline = loadPipeline(workspace)
    const diff = await dataDiff(pipeline, { from: commit(from), to: commit(to) })
    if (!diff) return []
    return (['added', 'deleted', 'modified', 'renamed'] as const).flatMap((change) =>
      diff[change].map(({ path, from: before }) => ({
        path: before === undefined ? path : `${before} → ${path}`,
        change,
      })),
    )
  } catch (error) {
    if (error instanceof TidemillError) return []
    throw error
  }
}

/** The packages a run froze, from the list that MLflow's clients and ours put beside a model. */
async function packagesOf(rooms: Rooms, run: Run): Promise<Readonly<Record<string, string>>> {
  const made = (await rooms.tracking.inputsOf([run.id])).get(run.id)?.outputs ?? []
  for (const owner of [run.id, ...made.map((each) => each.model)]) {
    const list = (await rooms.tracking.artifacts(owner)).find(
      ({ path, size }) =>
        /(?:^|\/)(?:requirements|pip-freeze)\.txt$/.test(path) && size <= mostListBytes,
    )
    if (list) return readRequirements(await text(await rooms.tracking.artifact(owner, list.path)))
  }
  return {}
}
