import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import type { DescMessage, DescMethod, MessageShape } from '@bufbuild/protobuf'
import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type ServerUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js'
import { TidemillError } from '#contract'
import type { Route } from '#http'
import type { Rooms } from '../../../rooms.ts'
import { GRPCInferenceService } from './generated/open_inference_pb.ts'
import { inferenceCalls, type InferenceCall } from './inference-calls.ts'

/** What of a call says who it is from and what it is about. */
export interface GrpcCaller {
  readonly headers: Readonly<Record<string, string>>
  readonly remoteAddress: string
}

export interface GrpcOptions {
  readonly host: string
  readonly port: number
  /** Throws unless the caller may. */
  readonly authorize: (permission: Route['permission'], caller: GrpcCaller) => Promise<void>
  readonly roomsOf: (caller: GrpcCaller) => Promise<Rooms>
  readonly bodyLimit: number
}

export interface RunningGrpc {
  readonly port: number
  /** Lets calls that are under way end, for a while. */
  stop(): Promise<void>
}

const drainMs = 10_000

/** The Open Inference Protocol v2 over gRPC, with the same identities and permissions as over HTTP. */
export async function startGrpc(options: GrpcOptions): Promise<RunningGrpc> {
  const { host, bodyLimit } = options
  const server = new Server({ 'grpc.max_receive_message_length': bodyLimit })
  const definition: Record<string, ServiceDefinition[string]> = {}
  const calls: Record<string, handleUnaryCall<unknown, unknown>> = {}
  for (const each of GRPCInferenceService.methods) {
    definition[each.name] = definitionOf(each)
    calls[each.name] = callOf(each, options)
  }
  server.addService(definition, calls)
  const address = `${host.includes(':') ? `[${host}]` : host}:${options.port}`
  const port = await new Promise<number>((done, failed) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
      if (!error) done(bound)
      else failed(new TidemillError('port_taken', { host, port: options.port }, error))
    })
  })
  return {
    port,
    stop: () =>
      new Promise((done) => {
        const force = setTimeout(() => server.forceShutdown(), drainMs)
        server.tryShutdown(() => {
          clearTimeout(force)
          done()
        })
      }),
  }
}

function definitionOf(method: DescMethod): ServiceDefinition[string] {
  const { input, output } = method
  return {
    path: `/${method.parent.typeName}/${method.name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: MessageShape<DescMessage>) => Buffer.from(toBinary(input, value)),
    requestDeserialize: (bytes) => fromBinary(input, bytes),
    responseSerialize: (value: MessageShape<DescMessage>) => Buffer.from(toBinary(output, value)),
    responseDeserialize: (bytes) => fromBinary(output, bytes),
  }
}

function callOf(
  method: DescMethod,
  { authorize, roomsOf }: GrpcOptions,
): handleUnaryCall<unknown, unknown> {
  // The table has each method under its own name, with its own types.
  const { permission, answer } = inferenceCalls[
    method.localName as keyof typeof inferenceCalls
  ] as InferenceCall<DescMessage, DescMessage>
  return (call, reply) => {
    const asked = async () => {
      const caller = callerOf(call)
      await authorize(permission, caller)
      const found = await answer(() => roomsOf(caller), call.request as MessageShape<DescMessage>)
      return create(method.output, found)
    }
    asked().then(
      (found) => reply(null, found),
      (error: unknown) => reply(failureOf(error)),
    )
  }
}

function callerOf(call: ServerUnaryCall<unknown, unknown>): GrpcCaller {
  const headers = Object.fromEntries(
    Object.entries(call.metadata.getMap()).map(([name, value]) => [name, String(value)]),
  )
  const peer = call.getPeer()
  return {
    headers: { ...headers, host: call.getHost() },
    remoteAddress: peer.slice(0, peer.lastIndexOf(':')).replace(/^\[|\]$/g, ''),
  }
}

const codes: Readonly<Record<number, status>> = {
  400: status.INVALID_ARGUMENT,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  409: status.FAILED_PRECONDITION,
  413: status.RESOURCE_EXHAUSTED,
  422: status.INVALID_ARGUMENT,
  429: status.RESOURCE_EXHAUSTED,
  503: status.UNAVAILABLE,
}

/** An error as gRPC says it; one that is not ours tells nothing of itself. */
function failureOf(error: unknown): { code: status; details: string; metadata: Metadata } {
  const known = error instanceof TidemillError ? error : new TidemillError('internal')
  const metadata = new Metadata()
  metadata.set('tidemill-code', known.code)
  return {
    code: codes[known.status] ?? status.INTERNAL,
    details: `${known.message} ${known.hint}`.trim(),
    metadata,
  }
}
