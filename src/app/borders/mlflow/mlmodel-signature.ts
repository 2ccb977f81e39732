import { parse } from 'yaml'
import type { OutputField, Signature } from '#contract'

/** A column or a tensor as an MLmodel file lists it, in JSON within its YAML. */
interface WireField {
  readonly name?: string
  readonly type: string
  readonly required?: boolean
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
  const { inputs, outputs } = wireSignature(text)
  // MLflow leaves a single input or output without a name; endpoints call what they answer a prediction.
  const answered = fieldsOf(outputs, 'prediction')
  return {
    inputs: fieldsOf(inputs, 'input').map(({ name, type }, i) => ({
      name,
      type,
      optional: inputs[i]?.required === false,
    })),
    ...(answered.length === 0 ? {} : { outputs: answered }),
  }
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
} {
  try {
    const read = parse(text, { maxAliasCount: 0, logLevel: 'silent' }) as {
      readonly signature?: { readonly inputs?: unknown; readonly outputs?: unknown }
    } | null
    return { inputs: listOf(read?.signature?.inputs), outputs: listOf(read?.signature?.outputs) }
  } catch {
    return { inputs: [], outputs: [] }
  }
}

function listOf(written: unknown): readonly WireField[] {
  const read: unknown = typeof written === 'string' ? JSON.parse(written) : written
  if (!Array.isArray(read)) return []
  return read.every((each: unknown) => typeof (each as WireField | null)?.type === 'string')
    ? (read as WireField[])
    : []
}
