import { TidemillError } from '#contract'
import {
  findRepository,
  initRepository,
  loadPipeline,
  repro,
  stageEnvironment,
  type ReproOptions,
  type ReproResult,
} from '#pipeline'
import type { Rooms } from '../rooms.ts'
import { recordStageResources } from './record-stage-resources.ts'

export interface ReproduceRequest extends Omit<ReproOptions, 'dry' | 'env' | 'executor'> {
  /** Stages ended so far, of how many, and the last one's name. */
  readonly onStage?: (done: number, total: number, stage: string) => void
}

/** What a run of the server's does at once, unless said. */
export const stagesAtATime = 2

/** Each stage comes to one of them. */
const endings = new Set(['skipped', 'restored', 'finished', 'failed'])

/**
 * Brings the workspace's pipeline up to date; its stages find this home and this program by themselves. A workspace with a pipeline
 * that is no repository yet becomes one. Errors: `not_found` where there is no pipeline, and nothing is made.
 */
export async function reproduce(
  rooms: Rooms,
  request: ReproduceRequest = {},
): Promise<ReproResult> {
  const { targets, jobs = stagesAtATime, onEvent, onStage, ...options } = request
  const pipeline = loadPipeline(rooms.workspace)
  if (pipeline.stages.length + pipeline.data.length === 0) {
    throw new TidemillError('not_found', {
      kind: 'pipeline',
      name: `dvc.yaml in ${rooms.workspace}`,
    })
  }
  // a folder that is given stages to run is meant as their repository; any other stays as it is
  if (findRepository(rooms.workspace) === undefined) initRepository(rooms.workspace)
  let done = 0
  const logs: string[] = []
  try {
    return await repro(pipeline, {
      ...options,
      jobs,
      env: stageEnvironment(rooms),
      ...(targets === undefined || targets.length === 0 ? {} : { targets }),
      onEvent(event) {
        onEvent?.(event)
        if (event.type === 'started') logs.push(event.log)
        if (!endings.has(event.type)) return
        onStage?.(++done, pipeline.stages.length, event.stage)
      },
    })
  } finally {
    // What is told beside: a database that does not answer makes no other end of the stages.
    await recordStageResources(rooms.tracking, logs).catch((error: Error) =>
      process.emitWarning(error),
    )
  }
}
