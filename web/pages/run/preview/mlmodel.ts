import { parse } from 'yaml'

export interface ModelColumn {
  readonly name: string
  readonly type: string
  readonly required: boolean
}

export interface Mlmodel {
  readonly flavors: readonly string[]
  readonly inputs: readonly ModelColumn[]
  readonly outputs: readonly ModelColumn[]
  readonly params: readonly ModelColumn[]
  readonly facts: readonly (readonly [string, string])[]
}

type Fields = Readonly<Record<string, unknown>>

const shownFacts = [
  'model_id',
  'model_uuid',
  'run_id',
  'utc_time_created',
  'mlflow_version',
  'model_size_bytes',
]

/** What an MLmodel file says. Its YAML is read as plain data: no tag makes anything of it. */
export function readMlmodel(text: string): Mlmodel {
  const read = fieldsOf(parse(text, { schema: 'core', maxAliasCount: 50, logLevel: 'error' }))
  const signature = fieldsOf(read.signature)
  const flavors = fieldsOf(read.flavors)
  const python = fieldsOf(flavors.python_function)
  return {
    flavors: Object.keys(flavors),
    inputs: columnsOf(signature.inputs),
    outputs: columnsOf(signature.outputs),
    params: columnsOf(signature.params),
    facts: [
      ...shownFacts.flatMap((key) => factOf(key, read[key])),
      ...factOf('python_version', python.python_version),
      ...factOf('loader_module', python.loader_module),
    ],
  }
}

function factOf(key: string, value: unknown): readonly (readonly [string, string])[] {
  const isPlain = typeof value === 'string' || typeof value === 'number'
  return isPlain ? [[key, String(value)]] : []
}

/** A signature's part is a list in JSON, kept as a text. */
function columnsOf(value: unknown): readonly ModelColumn[] {
  const list: unknown = typeof value === 'string' ? parsed(value) : value
  if (!Array.isArray(list)) return []
  return list.map((each: unknown, index) => {
    const { name, type, required, ...rest } = fieldsOf(each)
    return {
      name: typeof name === 'string' ? name : `#${index}`,
      type: typeOf(type, rest),
      required: required !== false,
    }
  })
}

function typeOf(type: unknown, rest: Fields): string {
  const tensor = fieldsOf(rest['tensor-spec'])
  if (type === 'tensor') return `${String(tensor.dtype)} tensor ${JSON.stringify(tensor.shape)}`
  if (type === 'array') return `array of ${typeOf(fieldsOf(rest.items).type, fieldsOf(rest.items))}`
  if (type === 'object') return `object {${Object.keys(fieldsOf(rest.properties)).join(', ')}}`
  return typeof type === 'string' ? type : 'any'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {}
}
