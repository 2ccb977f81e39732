import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Run } from '#contract'
import type { Rooms } from '../rooms.ts'
import { mlflowEntry } from './mlflow-entry.ts'
import { cannotRerun } from './rerun-refusal.ts'

/** How a run is made again. */
export interface RerunPlan {
  readonly run: Run
  /** The command and its arguments. */
  readonly command: readonly string[]
  /** The commit whose files it needs; it needs none when the command is one of Tidemill's own. */
  readonly commit?: string
  /** Below the root of the repository. */
  readonly folder: string
  /** Versions by dataset. */
  readonly datasets: Readonly<Record<string, number>>
  /** Whether what makes it logs with MLflow's client. */
  readonly isMlflow?: boolean
}

export interface RerunChoice {
  /** Goes on with the commit although files differed from it. */
  readonly ignoreUncommitted?: boolean
}

/** Finds all that a run was made from, or says what of it is missing. */
export async function planRerun(
  rooms: Rooms,
  id: string,
  { ignoreUncommitted = false }: RerunChoice = {},
): Promise<RerunPlan> {
  const run = await rooms.tracking.run(id)
  const { code, command, folder = '', pipelineStage } = run.source
  const own = pipelineStage === undefined ? command : stageCommand(pipelineStage)
  if (own === undefined || own.length === 0) {
    const entry = await mlflowEntry(rooms.workspace, run)
    if (entry) return { run, ...entry, datasets: {}, isMlflow: true }
    throw cannotRerun(run, 'it does not say which command or stage made it')
  }
  const datasets = await datasetsOf(rooms, run)
  // What Tidemill does by itself depends on the data and the params, and on no file of the user's.
  if (own[0] === 'tidemill' && (own[1] === 'train' || own[1] === 'search')) {
    return { run, command: own, folder: '', datasets }
  }
  if (code === undefined) throw cannotRerun(run, 'it was made outside of a Git repository')
  const [commit = '', dirty] = code.split('+')
  if (dirty !== undefined && !ignoreUncommitted) {
    throw cannotRerun(
      run,
      `files differed from commit ${commit.slice(0, 12)} and were not committed, so that what it ran is not on record (--ignore-uncommitted takes the commit as it is)`,
    )
  }
  const isKnown = await promisify(execFile)('git', [
    ...['-C', rooms.workspace, 'cat-file', '-e', `${commit}^{commit}`],
  ]).then(
    () => true,
    () => false,
  )
  if (!isKnown) {
    throw cannotRerun(
      run,
      `${rooms.workspace} has no commit ${commit.slice(0, 12)}; fetch it first`,
    )
  }
  return { run, command: own, commit, folder, datasets }
}

function stageCommand(stage: string): readonly string[] {
  return ['tidemill', 'repro', '--force', '--single-item', stage]
}

/** The version that was read, which must still have the bytes it had. */
async function datasetsOf(rooms: Rooms, run: Run): Promise<Readonly<Record<string, number>>> {
  const { dataset, datasetVersion, dataDigest } = run.source
  if (dataset === undefined || datasetVersion === undefined) return {}
  const shown = `version ${datasetVersion} of ${dataset}`
  const versions = await rooms.lake.versions(dataset).catch(() => [])
  const found = versions.find(({ version }) => version === datasetVersion)
  if (!found) throw cannotRerun(run, `${shown}, which it read, is gone`)
  if (dataDigest !== undefined && found.digest !== dataDigest) {
    throw cannotRerun(
      run,
      `${shown} is not what it read: its digest is ${found.digest.slice(7, 19)}`,
    )
  }
  const file = await rooms.lake.file(dataset, datasetVersion).catch(() => undefined)
  if (file === undefined) throw cannotRerun(run, `the bytes of ${shown} are gone`)
  return { [dataset]: datasetVersion }
}
