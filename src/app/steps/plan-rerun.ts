import { execFile } from 'node:child_process'
import { isAbsolute } from 'node:path'
import { promisify } from 'node:util'
import type { Run } from '#contract'
import type { Rooms } from '../rooms.ts'
import { planScript } from './plan-script.ts'
import { isCommit, markedRun, trustIn, type Trust } from './rerun-mark.ts'
import type { RerunChoice, RerunPlan } from './rerun-plan.ts'
import { cannotRerun } from './rerun-refusal.ts'
import { isDirty, patchToRun } from './uncommitted-patch.ts'

/** Finds all that a run was made from, or says what of it is missing. */
export async function planRerun(
  rooms: Rooms,
  id: string,
  choice: RerunChoice = {},
): Promise<RerunPlan> {
  const { ignoreUncommitted = false, unmarked = false } = choice
  const run = await markedRun(rooms, id)
  const { code, command, folder = '', pipelineStage } = run.source
  const own = pipelineStage === undefined ? command : stageCommand(pipelineStage)
  if (own === undefined || own.length === 0) {
    const script = await planScript(rooms, run, choice)
    if (script) return script
    throw cannotRerun(run, 'it does not say which command or stage made it')
  }
  if ((choice.arguments ?? []).length > 0) {
    throw cannotRerun(
      run,
      'arguments are for the scripts of MLflow’s client, and the command or stage that made it is made again as it was; change its params and commit them instead',
    )
  }
  const trust = trustIn(run, unmarked)
  requireTrusted(run, own, trust)
  const datasets = await datasetsOf(rooms, run)
  // What Tidemill does by itself depends on the data and the params, and on no file of the user's.
  if (isTraining(own)) {
    return { run, command: own, folder: '', datasets, trust }
  }
  if (code === undefined) throw cannotRerun(run, 'it was made outside of a Git repository')
  const [commit = ''] = code.split('+')
  if (!isCommit(commit)) throw cannotRerun(run, `"${commit.slice(0, 20)}" is no commit`)
  if (!isBelow(folder)) throw cannotRerun(run, `its folder ${folder} is not in the repository`)
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
  const patch = ignoreUncommitted ? undefined : await neededPatch(rooms, run, trust)
  return { run, command: own, commit, folder, datasets, trust, ...(patch ? { patch } : {}) }
}

async function neededPatch(rooms: Rooms, run: Run, trust: Trust): Promise<Uint8Array | undefined> {
  const found = await patchToRun(rooms, run, trust)
  if (!('problem' in found)) return found.patch
  const instead = isDirty(run) ? ' (--ignore-uncommitted takes the commit as it is)' : ''
  throw cannotRerun(run, `${found.problem}${instead}`)
}

const reproduce = ['tidemill', 'repro', '--force', '--single-item', '--']

function stageCommand(stage: string): readonly string[] {
  return [...reproduce, stage]
}

/** Trains from the data of this very project; what names another place is a command like any other. */
function isTraining([program, word, ...rest]: readonly string[]): boolean {
  const isElsewhere = rest.some((each) => /^--(?:home|url|project)(?:=|$)/.test(each))
  return program === 'tidemill' && (word === 'train' || word === 'search') && !isElsewhere
}

/**
 * What is run again runs as the server: a stage or a training only when recorded by somebody who may run pipelines, anything else by
 * somebody who may run commands. Otherwise whoever may write a run would have others run what they wrote into it.
 */
function requireTrusted(run: Run, command: readonly string[], trust: Trust): void {
  const { pipelineStage } = run.source
  if (trust === 'commands') return
  if (pipelineStage === undefined ? isTraining(command) : isBelow(pipelineStage)) return
  const shown = command.join(' ').slice(0, 100)
  throw cannotRerun(
    run,
    `"${shown}" is no stage of the pipeline and no training, and was not recorded by an admin alone`,
  )
}

function isBelow(path: string): boolean {
  return !isAbsolute(path) && !path.split(/[/\\]/).includes('..')
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
