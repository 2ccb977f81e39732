import type { OutputField, Signature } from '#contract'
import { fieldsOfMlmodel } from './mlmodel-text.ts'

/** A column or a tensor as an MLmodel file lists it, in JSON within its YAML. */
interface WireField {
  readonly name?: string
  readonly type: string
  readonly required?: boolean
  /** Of a parameter. */
  readonly default?: unknown
  readonly 'tensor-spec'?: { readonly dtype: string }
}

/** MLflow's column types and NumPy's types as the kinds that forms and contracts know. */
const kinds: Readonly<Record<string, OutputField['type']>> = {
  boolean: 'boolean',
  bool: 'boolean',
  integer: 'integer',
  long: 'integer',
  float: 'number',
  double: 'number',
  string: 'string',
  str: 'string',
  object: 'string',
  datetime: 'string',
  binary: 'string',
}

/** What an MLmodel file says its model reads and answers. What it does not say, or not readably, is left open. */
export function readMlmodelSignature(text: string): Signature {
  const { inputs, outputs, params } = wireSignature(text)
  // MLflow leaves a single input or output without a name; endpoints call what they answer a prediction.
  const answered = fieldsOf(outputs, 'prediction')
  return {
    inputs: fieldsOf(inputs, 'input').map(({ name, type }, i) => ({
      name,
      type,
      optional: inputs[i]?.required === false,
    })),
    ...(answered.length === 0 ? {} : { outputs: answered }),
    ...(params.length === 0 ? {} : { params: params.map(paramOf) }),
  }
}

function paramOf({ name = '', type, default: otherwise }: WireField) {
  return { name, type: kindOf(type), ...(otherwise === undefined ? {} : { default: otherwise }) }
}

function fieldsOf(fields: readonly WireField[], unnamed: string): OutputField[] {
  return fields.map(({ name, type, 'tensor-spec': tensor }) => ({
    name: name ?? unnamed,
    type: kindOf(tensor?.dtype ?? type),
  }))
}

function kindOf(type: string): OutputField['type'] {
  return (
    kinds[type] ??
    (/^u?int/.test(type) ? 'integer' : type.startsWith('float') ? 'number' : 'string')
  )
}

function wireSignature(text: string): {
  readonly inputs: readonly WireField[]
  readonly outputs: readonly WireField[]
  readonly params: readonly WireField[]
} {
  const said = fieldsOfMlmodel(text).signature as
    | Readonly<Record<string, unknown>>
    | null
    | undefined
  return {
    inputs: listOf(said?.inputs),
    outputs: listOf(said?.outputs),
    params: listOf(said?.params),
  }
}

function listOf(written: unknown): readonly WireField[] {
  const read = typeof written === 'string' ? jsonOf(written) : written
  if (!Array.isArray(read)) return []
  return read.every((each: unknown) => typeof (each as WireField | null)?.type === 'string')
    ? (read as WireField[])
    : []
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
