import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf'
import type { Permission } from '#contract'
import { productVersion } from '../../../product-version.ts'
import type { Rooms } from '../../../rooms.ts'
import { infer, modelMetadata, modelReady } from '../service.ts'
import type { GRPCInferenceService } from './generated/open_inference_pb.ts'
import { readTensors, writeContents, writeRaw } from './tensor-contents.ts'

export interface InferenceCall<I extends DescMessage, O extends DescMessage> {
  readonly permission: Permission | 'public'
  readonly answer: (
    rooms: () => Promise<Rooms>,
    input: MessageShape<I>,
  ) => Promise<MessageInitShape<O>>
}

type InferenceCalls = {
  readonly [K in keyof typeof GRPCInferenceService.method]: InferenceCall<
    (typeof GRPCInferenceService.method)[K]['input'],
    (typeof GRPCInferenceService.method)[K]['output']
  >
}

/** Every call of the service with the permission it needs. */
export const inferenceCalls: InferenceCalls = {
  serverLive: { permission: 'public', answer: async () => ({ live: true }) },
  serverReady: { permission: 'public', answer: async () => ({ ready: true }) },
  serverMetadata: {
    permission: 'public',
    answer: async () => ({ name: 'tidemill', version: productVersion(), extensions: [] }),
  },
  modelReady: {
    permission: 'endpoints:read',
    answer: async (rooms, { name, version }) => ({
      ready: await modelReady(await rooms(), name, version === '' ? undefined : version),
    }),
  },
  modelMetadata: {
    permission: 'endpoints:read',
    async answer(rooms, { name, version }) {
      const found = await modelMetadata(await rooms(), name, version === '' ? undefined : version)
      const tensors = (each: (typeof found)['inputs']) =>
        each.map((tensor) => ({ ...tensor, shape: tensor.shape.map(BigInt) }))
      return {
        ...found,
        versions: [...found.versions],
        inputs: tensors(found.inputs),
        outputs: tensors(found.outputs),
      }
    },
  },
  modelInfer: {
    permission: 'endpoints:predict',
    async answer(rooms, request) {
      const { modelName: model, modelVersion: version, id, outputs } = request
      const inferred = await infer(await rooms(), {
        model,
        inputs: readTensors(request),
        ...(version === '' ? {} : { version }),
        ...(id === '' ? {} : { id }),
        ...(outputs.length === 0 ? {} : { outputs: outputs.map(({ name }) => name) }),
      })
      // Who sends raw values reads raw values.
      const isRaw = request.rawInputContents.length > 0
      return {
        modelName: inferred.model_name,
        modelVersion: inferred.model_version,
        id: inferred.id,
        parameters: {
          prediction_ids: {
            parameterChoice: {
              case: 'stringParam',
              value: inferred.parameters.prediction_ids,
            },
          },
        },
        outputs: inferred.outputs.map((tensor) => ({
          name: tensor.name,
          datatype: tensor.datatype,
          shape: tensor.shape.map(BigInt),
          ...(isRaw ? {} : { contents: writeContents(tensor) }),
        })),
        rawOutputContents: isRaw ? inferred.outputs.map(writeRaw) : [],
      }
    },
  },
}
