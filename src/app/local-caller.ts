import { Readable } from 'node:stream'
import type { Static, TObject, TSchema } from 'typebox'
import type { Identity } from '#auth'
import type { Caller, Operation, UploadBody } from '#contract'
import { inProject, type App } from './app.ts'
import { opened, type Context, type Download } from './handler.ts'
import { implementationOf } from './handlers/all.ts'
import { mayMake } from './rooms-for.ts'
import { inputProblem } from './input-problem.ts'

/** A caller that runs operations in this process, as the machine's own user. */
export function localCaller(app: App, project: string, identity: Identity): Caller {
  async function run(operation: Operation, input: object, body?: UploadBody): Promise<unknown> {
    await checkInput(operation, input)
    const implementation = await implementationOf(operation.name)
    const make = mayMake(identity, project, operation.permission)
    const rooms = implementation.inProject ? await app.project(project, { make }) : undefined
    const context: Context = {
      app: inProject(app, project),
      project,
      get rooms() {
        return opened(rooms, operation)
      },
      identity,
      who: identity.name,
      body: bytesOf(body),
      signal: new AbortController().signal,
      setCookie: () => undefined,
    }
    return implementation.run(input, context)
  }

  return {
    async call<Input extends TObject, Output extends TSchema>(
      operation: Operation<Input, Output>,
      input: Static<Input>,
      body?: UploadBody,
    ): Promise<Static<Output>> {
      return (await run(operation, input as object, body)) as Static<Output>
    },
    async download(operation, input) {
      const { bytes } = (await run(operation, input)) as Download
      const stream = bytes instanceof Readable ? bytes : Readable.from([bytes])
      return Readable.toWeb(stream) as ReadableStream<Uint8Array>
    },
  }
}

/** The same check that HTTP makes, so that both ways refuse the same things with the same words. */
async function checkInput(operation: Operation, input: object): Promise<void> {
  const { Check, Errors } = await import('typebox/schema')
  if (Check(operation.input, input)) return
  const [, problems] = Errors(operation.input, input)
  throw inputProblem(problems)
}

async function* bytesOf(body: UploadBody | undefined): AsyncIterable<Uint8Array> {
  if (body === undefined) return
  if (body instanceof Uint8Array) yield body
  else if (body instanceof Blob) yield* body.stream()
  else yield* body
}
