import type { Signature } from '#contract'
import { kindOf, type ColumnType, type Schema } from '#table'

/**
 * Inputs as predictions have them, in the kinds of the reference: a number in a column of whole numbers is still a number, and a
 * version from before booleans were asked for as such has them as 0 and 1.
 */
export function inputSchema({ inputs }: Signature, reference: Schema): Schema {
  const typeOf = new Map(reference.fields.map((field) => [field.name, field.type]))
  return {
    fields: inputs.map((input) => ({
      name: input.name,
      type: loggedAs(typeOf.get(input.name) ?? input.type, input.type),
      nullable: true,
    })),
  }
}

function loggedAs(inData: ColumnType, asked: Signature['inputs'][number]['type']): ColumnType {
  switch (kindOf(inData)) {
    case 'number':
      return 'number'
    case 'boolean':
      return asked === 'boolean' ? 'boolean' : 'number'
    case 'text':
    case 'time':
      return 'string'
  }
}
