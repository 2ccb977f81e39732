import type { Type as Builders } from 'typebox'

type Schema = Readonly<Record<string, unknown>>
type Used =
  | 'Array'
  | 'Boolean'
  | 'Enum'
  | 'Integer'
  | 'Literal'
  | 'Null'
  | 'Number'
  | 'Object'
  | 'Optional'
  | 'Record'
  | 'String'
  | 'Union'
  | 'Unknown'

const optional = '~optional'

const of =
  (type: string) =>
  (options?: Schema): Schema => ({ type, ...options })

/**
 * Those of typebox's builders that shapes are made with: the same types, the same JSON Schema. Its own come with 370 modules, a third
 * of what a server loads at its start; what checks a value is typebox's, and comes with the first value.
 */
export const Type = {
  Array: (items: Schema, options?: Schema) => ({ type: 'array', items, ...options }),
  Boolean: of('boolean'),
  Enum: (values: readonly unknown[], options?: Schema) => ({ enum: [...values], ...options }),
  Integer: of('integer'),
  Literal: (value: unknown, options?: Schema) => ({ type: typeof value, const: value, ...options }),
  Null: of('null'),
  Number: of('number'),
  Object: (properties: Readonly<Record<string, Schema>>, options?: Schema) => {
    const all = Object.entries(properties)
    const required = all.filter(([, each]) => !(optional in each)).map(([name]) => name)
    const needs = required.length > 0 ? { required } : {}
    return { type: 'object', ...needs, properties, ...options }
  },
  // Hidden as typebox hides it: what is optional is said by the object around it.
  Optional: (type: Schema) => Object.defineProperty({ ...type }, optional, { value: true }),
  Record: (key: Schema, value: Schema, options?: Schema) => ({
    type: 'object',
    patternProperties: { [String(key.pattern ?? '^.*$')]: value },
    ...options,
  }),
  String: of('string'),
  Union: (anyOf: readonly Schema[], options?: Schema) => ({ anyOf, ...options }),
  Unknown: (options?: Schema) => ({ ...options }),
} as unknown as Pick<typeof Builders, Used>
