import { posix } from 'node:path'
import { TidemillError, type Artifact } from '#contract'
import { onnxFileOf } from '../borders/mlflow/mlmodel-onnx.ts'
import type { Rooms } from '../rooms.ts'
import { descriptionOf } from './model-files.ts'

/** A model among a run's files. */
export interface ModelOfRun {
  /** What MLflow's clients load: a folder of the run; `''` for all its files. */
  readonly folder: string
  readonly isDescribed: boolean
  /** The file that can be served here. */
  readonly onnx?: Artifact
}

const usualPaths = ['model/model.onnx', 'model/MLmodel']

/** The files that stand for a run's models: the MLmodel of a folder, or an ONNX file where no MLmodel lies beside it. */
export function modelPathsOf(files: readonly Pick<Artifact, 'path'>[]): string[] {
  const paths = files.map((each) => each.path)
  const described = new Set(paths.filter((path) => posix.basename(path) === 'MLmodel'))
  const alone = paths.filter(
    (path) => path.endsWith('.onnx') && !described.has(mlmodelBeside(path)),
  )
  return [...described, ...alone]
}

/**
 * The model that a path names: an ONNX file, an MLmodel, or the folder of one. An ONNX file that is not what the MLmodel beside it
 * loads is refused: a gate would look at one model, and MLflow's clients get another.
 */
export async function modelOfRun(
  rooms: Rooms,
  run: string,
  files: readonly Artifact[],
  path: string | undefined,
): Promise<ModelOfRun> {
  const asked = path?.replace(/\/+$/, '')
  const wanted = asked === undefined ? usualPaths : [asked, posix.join(asked, 'MLmodel')]
  const file = wanted.map((each) => files.find((is) => is.path === each)).find((is) => is)
  if (!file) throw missing(run, asked ?? 'model/model.onnx', files)
  const folder = folderOf(file.path)
  if (/[%?#]/.test(folder)) {
    const problem = `MLflow's clients read an address with %, ? or # as another one. Log it into a folder without them.`
    throw new TidemillError('model_invalid', { name: file.path, problem })
  }
  const isMlmodel = posix.basename(file.path) === 'MLmodel'
  const mlmodel = isMlmodel ? file : files.find((is) => is.path === mlmodelBeside(file.path))
  if (!mlmodel) return { folder, isDescribed: false, onnx: file }
  const loaded = onnxFileOf(await descriptionOf(rooms, mlmodel))
  const onnx = files.find((is) => loaded !== undefined && is.path === posix.join(folder, loaded))
  if (!isMlmodel && onnx?.path !== file.path) {
    const instead = onnx === undefined ? 'another model' : onnx.path
    const problem = `${mlmodel.path} makes MLflow's clients load ${instead}, not this file. Register ${onnx?.path ?? mlmodel.path}, or log the file into a folder of its own.`
    throw new TidemillError('model_invalid', { name: file.path, problem })
  }
  return { folder, isDescribed: true, ...(onnx === undefined ? {} : { onnx }) }
}

function folderOf(path: string): string {
  const folder = posix.dirname(path)
  return folder === '.' ? '' : folder
}

function mlmodelBeside(path: string): string {
  return posix.join(folderOf(path), 'MLmodel')
}

function missing(run: string, path: string, files: readonly Artifact[]): TidemillError {
  const paths = modelPathsOf(files)
  const have = paths.length === 0 ? 'which has no model' : `whose models are ${paths.join(', ')}`
  return new TidemillError('not_found', {
    kind: 'artifact',
    name: `${path} of run ${run}, ${have}`,
  })
}
