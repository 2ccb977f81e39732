import { newId, TidemillError } from '#contract'
import type { Rooms } from '../../rooms.ts'
import { datatypeOf, rowsOfTensors, tensorsOfAnswers, type InputTensor } from './tensors.ts'
import type { OutputTensor } from './tensors.ts'

export interface TensorMetadata {
  readonly name: string
  readonly datatype: string
  readonly shape: readonly number[]
}

export interface ModelMetadata {
  readonly name: string
  readonly versions: readonly string[]
  readonly platform: string
  readonly inputs: readonly TensorMetadata[]
  readonly outputs: readonly TensorMetadata[]
}

export interface Inference {
  readonly model: string
  /** Only this one may answer; whichever is live without it. */
  readonly version?: string
  readonly id?: string
  readonly inputs: readonly InputTensor[]
  readonly outputs?: readonly string[]
}

export interface Inferred {
  readonly model_name: string
  readonly model_version: string
  readonly id: string
  readonly parameters: { readonly prediction_ids: string }
  readonly outputs: readonly OutputTensor[]
}

/** What the protocol asks of a model, whichever transport it came by. A model of the protocol is an endpoint of ours. */
export async function modelMetadata(
  { serving }: Rooms,
  name: string,
  version?: string,
): Promise<ModelMetadata> {
  const live = await serving.signature(name)
  requireVersion(name, live.version, version)
  const { inputs, classes } = live.signature
  return {
    name,
    versions: [String(live.version)],
    platform: 'onnxruntime_onnx',
    inputs: inputs.map((input) => ({
      name: input.name,
      datatype: datatypeOf(input.type),
      shape: [-1],
    })),
    outputs: classes
      ? [
          { name: 'label', datatype: 'BYTES', shape: [-1] },
          { name: 'probabilities', datatype: 'FP64', shape: [-1, classes.length] },
        ]
      : [{ name: 'value', datatype: 'FP64', shape: [-1] }],
  }
}

export async function modelReady(
  { serving }: Rooms,
  name: string,
  version?: string,
): Promise<boolean> {
  const endpoint = await serving.endpoint(name)
  return (
    endpoint.state === 'ready' && (version === undefined || version === String(endpoint.version))
  )
}

export async function infer({ serving }: Rooms, asked: Inference): Promise<Inferred> {
  const { model, id, inputs, outputs } = asked
  const { signature, version } = await serving.signature(model)
  requireVersion(model, version, asked.version)
  const answers = await serving.predict(model, rowsOfTensors(model, signature, inputs))
  const all = tensorsOfAnswers(signature, answers)
  const lost = outputs?.find((name) => !all.some((tensor) => tensor.name === name))
  if (lost !== undefined) {
    const names = all.map(({ name }) => name).join(', ')
    throw new TidemillError('prediction_invalid', {
      model,
      problem: `There is no output "${lost}"; there are ${names}.`,
    })
  }
  return {
    model_name: model,
    model_version: String(answers[0]?.version ?? version),
    id: id ?? newId(),
    parameters: { prediction_ids: answers.map((answer) => answer.id).join(',') },
    outputs: outputs ? all.filter((tensor) => outputs.includes(tensor.name)) : all,
  }
}

function requireVersion(name: string, live: number, asked: string | undefined): void {
  if (asked === undefined || asked === String(live)) return
  throw new TidemillError('not_found', {
    kind: 'ready version',
    name: `${asked} of ${name}; ${live} answers`,
  })
}
