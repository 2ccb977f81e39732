import { arch, platform } from 'node:process'
import type { GateReport } from '#contract'
import {
  commonCommit,
  dag,
  dagMermaid,
  dataVersions,
  diffTable,
  loadPipeline,
  metricsChanges,
  paramsChanges,
  plotsShow,
  stagesAgainst,
  type DataVersion,
  type Plot,
  type StageAgainst,
  type TextTable,
} from '#pipeline'
import { productVersion } from '../product-version.ts'
import type { Rooms } from '../rooms.ts'
import { tableChanges, withQuery, type TableChanges } from '../steps/table-changes.ts'

/** A version of data with what differs in the tables among its files. */
export interface DataReport extends DataVersion {
  readonly tables: readonly (TableChanges & { readonly path: string })[]
}

/** What differs between a revision and the work tree: the facts that the comment, the page and the JSON tell. */
export interface ChangeReport {
  readonly base: { readonly name: string; readonly commit: string }
  readonly verdict: 'passed' | 'refused' | 'none'
  /** The newest gate of each declared model. */
  readonly gates: readonly ReportedGate[]
  readonly metrics: TextTable
  readonly params: TextTable
  readonly data: readonly DataReport[]
  readonly stages: readonly StageAgainst[]
  readonly plots: readonly Plot[]
  /** A Mermaid flowchart. */
  readonly graph: string
  readonly environment: Readonly<Record<string, string>>
}

/** Files of tables that are read for their rows, at most. */
const tablesRead = 12

/** Errors: `not_found` for the revision, `pipeline_invalid`. */
export async function changeReport(
  folder: string,
  name: string,
  rooms?: Rooms,
): Promise<ChangeReport> {
  const pipeline = loadPipeline(folder)
  // a branch that went on has changes of its own, which are not this change's
  const base = commonCommit(pipeline.root, name)
  const names = { from: name, to: 'now' } as const
  const metrics = diffTable(metricsChanges(folder, { from: base, all: true }), {
    ...names,
    what: 'Metric',
    change: true,
  })
  const gates = rooms === undefined ? [] : await newestGates(rooms)
  const collapse = pipeline.stages.length > 40
  return {
    base: { name, commit: base },
    verdict:
      gates.length === 0 ? 'none' : gates.every((gate) => gate.passed) ? 'passed' : 'refused',
    gates,
    metrics,
    params: diffTable(paramsChanges(folder, { from: base }), { ...names, what: 'Param' }),
    data: await dataReports(folder, base),
    stages: await stagesAgainst(folder, base),
    plots: plotsShow(folder, [base]).map((plot) => ({
      ...plot,
      series: plot.series.map((each) =>
        each.revision === base ? { ...each, revision: name } : each,
      ),
    })),
    graph: dagMermaid(dag(pipeline, collapse ? { collapse } : {})),
    environment: {
      tidemill: productVersion(),
      node: process.version,
      platform: `${platform} ${arch}`,
    },
  }
}

/** A gate, and the commit of the run that its version comes from: the reader sees when that is not the change's own. */
export interface ReportedGate extends GateReport {
  readonly commit?: string
}

async function newestGates(rooms: Rooms): Promise<readonly ReportedGate[]> {
  const declared = Object.keys((await rooms.applied.read()).models ?? {})
  const gates: ReportedGate[] = []
  for (const name of declared) {
    if (!(await rooms.registry.findModel(name))) continue
    const [newest] = await rooms.registry.versions(name)
    if (!newest?.gate) continue
    const run = newest.run === undefined ? undefined : await rooms.tracking.run(newest.run)
    const commit = run?.source.code
    gates.push({ ...newest.gate, ...(commit === undefined ? {} : { commit }) })
  }
  return gates
}

async function dataReports(folder: string, base: string): Promise<readonly DataReport[]> {
  const versions = dataVersions(folder, base)
  let left = tablesRead
  return withQuery(async (query) => {
    const reports: DataReport[] = []
    for (const version of versions) {
      const tables: (TableChanges & { path: string })[] = []
      for (const file of version.files) {
        if (left <= 0) break
        const found = await tableChanges(folder, file, query)
        if (!found) continue
        left -= 1
        tables.push({ path: file.path, ...found })
      }
      reports.push({ ...version, tables })
    }
    return reports
  })
}
