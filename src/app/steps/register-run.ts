import { TidemillError, type Artifact, type ModelVersion, type Signature } from '#contract'
import { filesBelow, manifestOf } from '#registry'
import type { Rooms } from '../rooms.ts'
import { datasetsOfRun } from './datasets-of-run.ts'
import { readModelFacts } from './model-facts.ts'
import { modelOfRun, type ModelOfRun } from './model-of-run.ts'
import { lookInto, type FoundModel } from './register-source.ts'

export interface RegisterRequest {
  readonly model: string
  readonly run: string
  /** The run's ONNX file, or its folder with an MLmodel. */
  readonly path?: string
  readonly signature?: Signature
  readonly inputExample?: ModelVersion['inputExample']
  readonly description?: string
  readonly by: string
}

/** Makes a version of a run's model, with all that the run knows of it, and links them. */
export async function registerRun(
  rooms: Rooms,
  request: RegisterRequest,
): Promise<{ readonly version: ModelVersion; readonly unchanged: boolean }> {
  const { model, by } = request
  const run = await rooms.tracking.run(request.run)
  const files = await rooms.tracking.artifacts(run.id)
  const place = await modelOfRun(rooms, run.id, files, request.path)
  const uri = place.folder === '' ? `runs:/${run.id}` : `runs:/${run.id}/${place.folder}`
  const facts = place.onnx
    ? await onnxFacts(rooms, run.id, files, { ...place, onnx: place.onnx })
    : await lookInto(rooms, uri)
  const { artifact, format, manifest } = facts
  const declared = (await rooms.applied.read()).models?.[model]
  const signature: Signature = {
    ...(request.signature ?? facts.signature),
    ...(declared?.labels === undefined ? {} : { labels: declared.labels }),
    ...(declared?.positive === undefined ? {} : { positive: declared.positive }),
  }
  refuseStrangePositive(model, signature)
  const { inputExample = facts.inputExample } = request
  const registered = await rooms.registry.register({
    model,
    run,
    artifact,
    format,
    uri,
    signature,
    by,
    datasets: await datasetsOfRun(rooms, run.id),
    ...(manifest === undefined ? {} : { manifest }),
    ...(request.description === undefined ? {} : { modelDescription: request.description }),
    ...(inputExample === undefined ? {} : { inputExample }),
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

/** An ONNX file with what training wrote beside it. */
async function onnxFacts(
  rooms: Rooms,
  run: string,
  files: readonly Artifact[],
  { folder, isDescribed, onnx }: ModelOfRun & { readonly onnx: Artifact },
): Promise<FoundModel> {
  // A run's uppermost folder is all its files: what is registered there is the file alone, unless an MLmodel makes them one model.
  const own = folder === '' && !isDescribed ? [onnx] : filesBelow(folder, files)
  const manifest = manifestOf(own, { owner: run, folder })
  return { ...(await readModelFacts(rooms, run, onnx)), artifact: onnx, format: 'onnx', manifest }
}

/** A risk that is the probability of no class would be measured, shown and explained as that of another. */
function refuseStrangePositive(name: string, { classes, positive }: Signature): void {
  if (positive === undefined || !classes || classes.includes(positive)) return
  const problem = `its positive class "${positive}" is none of its classes ${classes.join(', ')}.`
  throw new TidemillError('model_invalid', { name, problem })
}
