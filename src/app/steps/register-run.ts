import { posix } from 'node:path'
import { TidemillError, type ModelVersion, type Signature } from '#contract'
import { filesBelow, manifestOf } from '#registry'
import type { Rooms } from '../rooms.ts'
import { readModelFacts } from './model-facts.ts'

export interface RegisterRequest {
  readonly model: string
  readonly run: string
  /** The run's artifact with the ONNX bytes. */
  readonly path?: string
  readonly signature?: Signature
  readonly inputExample?: ModelVersion['inputExample']
  readonly description?: string
  readonly by: string
}

const modelPath = 'model/model.onnx'

/** Makes a version of a run's model, with all that the run knows of it, and links them. */
export async function registerRun(
  rooms: Rooms,
  request: RegisterRequest,
): Promise<{ readonly version: ModelVersion; readonly unchanged: boolean }> {
  const { model, by } = request
  const run = await rooms.tracking.run(request.run)
  const path = request.path ?? modelPath
  const files = await rooms.tracking.artifacts(run.id)
  const artifact = files.find((each) => each.path === path)
  if (!artifact) {
    throw new TidemillError('not_found', { kind: 'artifact', name: `${path} of run ${run.id}` })
  }
  const facts = await readModelFacts(rooms, run.id, artifact)
  const declared = (await rooms.applied.read()).models?.[model]
  const signature: Signature = {
    ...(request.signature ?? facts.signature),
    ...(declared?.labels === undefined ? {} : { labels: declared.labels }),
    ...(declared?.positive === undefined ? {} : { positive: declared.positive }),
  }
  refuseStrangePositive(model, signature)
  const registered = await rooms.registry.register({
    model,
    run,
    artifact,
    manifest: manifestOf(path.includes('/') ? filesBelow(posix.dirname(path), files) : [artifact], {
      owner: run.id,
      folder: path.includes('/') ? posix.dirname(path) : '',
    }),
    signature,
    by,
    ...(request.description === undefined ? {} : { modelDescription: request.description }),
    ...(request.inputExample === undefined && facts.inputExample === undefined
      ? {}
      : { inputExample: request.inputExample ?? facts.inputExample }),
  })
  const { version } = registered
  const to = { kind: 'model', id: `${model}/${version.version}` }
  await rooms.lineage.link([
    { from: { kind: 'run', id: run.id }, to, relation: 'registered' },
    ...(run.source.dataset === undefined || run.source.datasetVersion === undefined
      ? []
      : [
          {
            from: { kind: 'dataset', id: `${run.source.dataset}@${run.source.datasetVersion}` },
            to: { kind: 'run', id: run.id },
            relation: 'trained',
          },
        ]),
  ])
  return registered
}

/** A risk that is the probability of no class would be measured, shown and explained as that of another. */
function refuseStrangePositive(name: string, { classes, positive }: Signature): void {
  if (positive === undefined || !classes || classes.includes(positive)) return
  const problem = `its positive class "${positive}" is none of its classes ${classes.join(', ')}.`
  throw new TidemillError('model_invalid', { name, problem })
}
