import { execFile } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { commitOf, TidemillError, type Run, type RunDifference } from '#contract'
import { diffTables, rowChanges } from '#lake'
import { dataDiff, loadPipeline } from '#pipeline'
import { causesOf, changedTexts, compareRuns, readGitDiff, readRequirements } from '#tracking'
import type { Rooms } from '../rooms.ts'
import { rerunAttribution } from './rerun-attribution.ts'

/** Past this a diff is for git itself. */
const mostDiffBytes = 4 << 20
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

async function codeDifference(
  { workspace }: Rooms,
  a: Run,
  b: Run,
): Promise<RunDifference['code']> {
  const [from, to] = [commitOf(a), commitOf(b)]
  const base = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  const commits = [from, to].map((commit) => commit?.replace(/\+dirty$/, ''))
  const problems = [
    ...(from === undefined || to === undefined ? ['a run does not say which commit it ran'] : []),
    ...([from, to].some((commit) => commit?.endsWith('+dirty'))
      ? ['files differed from the commit when it ran, which nobody kept']
      : []),
  ]
  const [before, after] = commits
  if (before === undefined || after === undefined || before === after) {
    return { ...base, files: [], ...problemOf(problems) }
  }
  try {
    const files = [...readGitDiff(await gitDiff(workspace, before, after))]
    return { ...base, files, ...problemOf(problems) }
  } catch (error) {
    problems.push(
      isTooLong(error)
        ? `the difference is longer than ${mostDiffBytes >> 20} MiB: git diff ${before} ${after}`
        : `the repository at ${workspace} does not have both commits`,
    )
    return { ...base, files: [], ...problemOf(problems) }
  }
}

function isTooLong(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'
}

function problemOf(problems: readonly string[]): { problem?: string } {
  const text = problems.join('; ')
  return text === '' ? {} : { problem: `${text.charAt(0).toUpperCase()}${text.slice(1)}.` }
}

/** A run says its commit itself, so it is checked to be one before git sees it. */
async function gitDiff(workspace: string, from: string, to: string): Promise<string> {
  if (![from, to].every((commit) => /^[0-9a-f]{7,64}$/.test(commit))) {
    throw new TidemillError('bad_request', { problem: 'This is no commit.' })
  }
  const plain = ['--no-ext-diff', '--no-textconv', '--no-color', '--no-prefix', '--find-renames']
  const { stdout } = await promisify(execFile)(
    'git',
    ['-C', workspace, 'diff', ...plain, from, to, '--'],
    { maxBuffer: mostDiffBytes, encoding: 'utf8' },
  )
  return stdout
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
