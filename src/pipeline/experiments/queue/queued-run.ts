import { isolatedExecutor } from '../../run/isolated/isolated-executor.ts'
import type { ReproOptions } from '../../run/repro.ts'

const kept = [
  'targets',
  'force',
  'single',
  'pipeline',
  'all',
  'downstream',
  'forceDownstream',
  'glob',
  'recursive',
  'allowMissing',
  'commit',
  'runCache',
  'onError',
] as const satisfies readonly (keyof ReproOptions)[]

/** How the stages of a queued experiment are run: what of a run's options can wait in a file. */
export interface QueuedRun extends Pick<ReproOptions, (typeof kept)[number]> {
  /** Each stage in an empty folder that holds nothing but what it declares. */
  readonly isolated?: boolean
}

/** What a queue keeps of the options of a run. */
export function queuedRun(options: QueuedRun): QueuedRun {
  return { ...pick(options), ...(options.isolated ? { isolated: true } : {}) }
}

/** The options of a run that were kept. */
export function runOf(queued: QueuedRun): ReproOptions {
  return { ...pick(queued), ...(queued.isolated ? { executor: isolatedExecutor() } : {}) }
}

function pick(from: ReproOptions): ReproOptions {
  return Object.fromEntries(
    kept.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])),
  )
}
