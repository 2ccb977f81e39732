import type { Static, TObject, TSchema } from 'typebox'
import type { Permission } from './permission.ts'

/**
 * One thing Tidemill can be asked to do, declared once: HTTP routes, OpenAPI, the typed client, the command line and the
 * interface all follow from it. Path parameters are named fields of the input; the rest of the input is the query of a GET
 * or DELETE and the JSON body otherwise.
 */
export interface Operation<Input extends TObject = TObject, Output extends TSchema = TSchema> {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly permission: Permission
  /** Whether a role in one experiment or folder is enough to ask: what it reaches there is checked by what it does. */
  readonly perExperiment?: true
  readonly summary: string
  readonly input: Input
  readonly output: Output
  /**
   * `json` unless said: `upload` takes bytes as its body (the input then travels in the query), `download` answers with bytes,
   * `events` answers with a stream of events of the output's shape.
   */
  readonly kind?: 'json' | 'upload' | 'download' | 'events'
}

export type InputOf<Op> = Op extends Operation<infer Input, TSchema> ? Static<Input> : never
export type OutputOf<Op> = Op extends Operation<TObject, infer Output> ? Static<Output> : never

export function operation<Input extends TObject, Output extends TSchema>(
  declared: Operation<Input, Output>,
): Operation<Input, Output> {
  return declared
}

/** The names between `:` and `/` of an operation's path. */
export function pathParameters(path: string): readonly string[] {
  return [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '')
}
