import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf'
import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js'
import { startServer } from '#app'
import { GRPCInferenceService } from '../../src/app/borders/oip/grpc/generated/open_inference_pb.ts'
import { answeringProject } from '../support/answering-project.ts'

const service = GRPCInferenceService.method

test('an endpoint answers over gRPC as it does over HTTP, and refuses what does not fit', async (t) => {
  const { dir, app } = await answeringProject(t)
  await app.auth.users.create({ name: 'reader', kind: 'service', role: 'admin' })
  const { token } = await app.auth.tokens.create({
    user: 'reader',
    name: 'narrow',
    scopes: ['tracking:read'],
  })
  const server = await startServer({
    home: `${dir}/.tidemill`,
    workspace: dir,
    host: '127.0.0.1',
    port: 0,
    grpcPort: 0,
    logLevel: 'silent',
  })
  t.after(() => server.stop())
  const client = new Client(`127.0.0.1:${server.grpcPort}`, credentials.createInsecure())
  t.after(() => client.close())

  function ask<I extends DescMessage, O extends DescMessage>(
    method: { readonly name: string; readonly input: I; readonly output: O },
    input: MessageInitShape<I>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<MessageShape<O>> {
    const metadata = new Metadata()
    for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
    return new Promise((done, failed) => {
      client.makeUnaryRequest(
        `/inference.GRPCInferenceService/${method.name}`,
        (value: MessageShape<I>) => Buffer.from(toBinary(method.input, value)),
        (bytes) => fromBinary(method.output, bytes),
        create(method.input, input),
        metadata,
        (error, answer) => {
          if (answer) done(answer)
          else failed(error ?? new Error('nothing came back'))
        },
      )
    })
  }
  const refused = (code: status, message: RegExp) => (error: ServiceError) => {
    assert.equal(error.code, code, error.details)
    assert.match(error.details, message)
    return true
  }

  const row = [6, 148, 72, 35, 0, 33.6, 0.627, 50]
  const matrix = { name: 'X', shape: [1n, 8n], datatype: 'FP64' }
  const contents = { fp64Contents: row }
  const raw = Buffer.from(Float64Array.from(row).buffer)

  await t.test('the server and the model say who they are and that they are ready', async () => {
    assert.equal((await ask(service.serverLive, {})).live, true)
    assert.equal((await ask(service.serverReady, {})).ready, true)
    assert.equal((await ask(service.serverMetadata, {})).name, 'tidemill')
    assert.equal((await ask(service.modelReady, { name: 'diabetes' })).ready, true)
    assert.equal((await ask(service.modelReady, { name: 'diabetes', version: '9' })).ready, false)
    const { inputs, outputs, versions } = await ask(service.modelMetadata, { name: 'diabetes' })
    assert.deepEqual(versions, ['1'])
    assert.deepEqual([inputs.length, inputs[0]?.datatype, inputs[0]?.shape], [8, 'INT64', [-1n]])
    assert.deepEqual(outputs[1]?.shape, [-1n, 2n])
  })

  await t.test('values in contents and raw values are answered alike, and as by HTTP', async () => {
    const typed = await ask(service.modelInfer, {
      modelName: 'diabetes',
      id: 'mine',
      inputs: [{ ...matrix, contents }],
    })
    assert.equal(typed.id, 'mine')
    const untyped = await ask(service.modelInfer, {
      modelName: 'diabetes',
      inputs: [matrix],
      rawInputContents: [raw],
    })
    const [label, probabilities] = untyped.rawOutputContents.map((bytes) => Buffer.from(bytes))
    assert.ok(label && probabilities)
    assert.equal(label.readUInt32LE(0), label.length - 4)
    const texts = typed.outputs[0]?.contents?.bytesContents.map((bytes) => Buffer.from(bytes))
    assert.deepEqual([label.subarray(4)], texts)
    assert.deepEqual(
      [probabilities.readDoubleLE(0), probabilities.readDoubleLE(8)],
      typed.outputs[1]?.contents?.fp64Contents,
    )
    const http = await fetch(`${server.url}/v2/models/diabetes/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        inputs: [{ name: 'X', shape: [1, 8], datatype: 'FP64', data: row }],
      }),
    })
    const { outputs } = (await http.json()) as { outputs: { data: unknown[] }[] }
    assert.deepEqual(outputs[1]?.data, typed.outputs[1]?.contents?.fp64Contents)
  })

  await t.test('half-precision numbers and short integers are read as what they are', async () => {
    // 148 and 6 as IEEE 754 binary16, from numpy: np.float16(148).tobytes() is a0 58, np.float16(6) is 00 46.
    const halves = await ask(service.modelInfer, {
      modelName: 'diabetes',
      inputs: [
        { name: 'Glucose', shape: [1n], datatype: 'FP16' },
        { name: 'Pregnancies', shape: [1n], datatype: 'INT8' },
      ],
      rawInputContents: [Buffer.from([0xa0, 0x58]), Buffer.from([6])],
    })
    const whole = await ask(service.modelInfer, {
      modelName: 'diabetes',
      inputs: [
        { name: 'Glucose', shape: [1n], datatype: 'FP64', contents: { fp64Contents: [148] } },
        { name: 'Pregnancies', shape: [1n], datatype: 'UINT8', contents: { uintContents: [6] } },
      ],
    })
    const bytes = Buffer.from(halves.rawOutputContents[1] ?? [])
    assert.deepEqual(
      [bytes.readDoubleLE(0), bytes.readDoubleLE(8)],
      whole.outputs[1]?.contents?.fp64Contents,
    )
  })

  await t.test('only the outputs that were asked for come back', async () => {
    const { outputs } = await ask(service.modelInfer, {
      modelName: 'diabetes',
      inputs: [{ ...matrix, contents }],
      outputs: [{ name: 'probabilities' }],
    })
    assert.deepEqual(
      outputs.map(({ name }) => name),
      ['probabilities'],
    )
  })

  await t.test('what does not fit is refused with the code and the reason', async () => {
    const infer = (input: MessageInitShape<typeof service.modelInfer.input>) =>
      ask(service.modelInfer, { modelName: 'diabetes', ...input })
    const wrong = status.INVALID_ARGUMENT
    await assert.rejects(
      ask(service.modelMetadata, { name: 'nothing' }),
      refused(status.NOT_FOUND, /nothing/),
    )
    await assert.rejects(
      infer({ modelVersion: '9', inputs: [{ ...matrix, contents }] }),
      refused(status.NOT_FOUND, /9 of diabetes; 1 answers/),
    )
    await assert.rejects(
      infer({ inputs: [{ ...matrix, shape: [2n, 8n], contents }] }),
      refused(wrong, /8 values, but its shape \[2, 8\] wants 16/),
    )
    await assert.rejects(
      infer({ inputs: [matrix, matrix], rawInputContents: [raw] }),
      refused(wrong, /2 inputs and 1 raw contents/),
    )
    await assert.rejects(
      infer({ inputs: [matrix], rawInputContents: [raw.subarray(1)] }),
      refused(wrong, /63 raw bytes/),
    )
    await assert.rejects(
      infer({ inputs: [{ ...matrix, datatype: 'COLOUR', contents }] }),
      refused(wrong, /COLOUR, which is not supported/),
    )
    await assert.rejects(
      infer({ inputs: [{ ...matrix, contents }], outputs: [{ name: 'colour' }] }),
      refused(wrong, /no output "colour"; there are label, probabilities/),
    )
  })

  await t.test('identities and permissions hold as over HTTP', async () => {
    const asked = { modelName: 'diabetes', inputs: [{ ...matrix, contents }] }
    await assert.rejects(
      ask(service.modelInfer, asked, { authorization: `Bearer ${token}` }),
      refused(status.PERMISSION_DENIED, /./),
    )
    await assert.rejects(
      ask(service.modelInfer, asked, { authorization: 'Bearer tdm_wrong' }),
      refused(status.UNAUTHENTICATED, /./),
    )
    await assert.rejects(
      ask(service.modelInfer, asked, { 'x-forwarded-for': '203.0.113.7' }),
      refused(status.UNAUTHENTICATED, /./),
    )
    const open = await ask(service.serverLive, {}, { authorization: 'Bearer tdm_wrong' })
    assert.equal(open.live, true)
  })

  await t.test('bytes that are no gRPC, and a taken port, are said', async () => {
    const socket = connect(server.grpcPort ?? 0, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\n\r\n')
    await new Promise((resolve) => setTimeout(resolve, 200))
    socket.destroy()
    assert.equal((await ask(service.serverLive, {})).live, true)
    await assert.rejects(
      startServer({
        home: `${dir}/other`,
        host: '127.0.0.1',
        port: 0,
        ...(server.grpcPort === undefined ? {} : { grpcPort: server.grpcPort }),
        logLevel: 'silent',
      }),
      { code: 'port_taken' },
    )
  })
})
