import { BinaryReader } from '@bufbuild/protobuf/wire'
import { TidemillError, type Signature } from '#contract'

interface ValueInfo {
  readonly name: string
  readonly element: number
  /** Sizes of the axes; 0 where the file leaves one open. */
  readonly shape: readonly number[]
}

export interface OnnxHeader {
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  readonly metadata: Readonly<Record<string, string>>
}

const textElement = 8
/** A file can claim any width, without a weight for it. */
const mostColumns = 100_000
const integerElements = new Set([2, 3, 4, 5, 6, 7, 12, 13])

/** The inputs, outputs and metadata of an ONNX file, without its weights. Anything else is `model_invalid`. */
export function readOnnxHeader(bytes: Uint8Array, name = 'model'): OnnxHeader {
  try {
    const header = readModel(bytes)
    if (header.inputs.length > 0 && header.outputs.length > 0) return header
  } catch (cause) {
    throw new TidemillError('model_invalid', { name, problem: 'it is not an ONNX file.' }, cause)
  }
  throw new TidemillError('model_invalid', {
    name,
    problem: 'it has no graph with inputs and outputs.',
  })
}

/** What can be said of a model from its file alone: inputs by name and type, classes where the file has them. */
export function readOnnxSignature(bytes: Uint8Array, name = 'model'): Signature {
  const { inputs, metadata } = readOnnxHeader(bytes, name)
  const fields = inputs.flatMap((input) => {
    const width = input.shape[1] ?? 1
    const type =
      input.element === textElement
        ? ('string' as const)
        : integerElements.has(input.element)
          ? ('integer' as const)
          : ('number' as const)
    if (width > mostColumns) {
      const problem = `its input ${input.name} is ${width} wide; at most ${mostColumns} columns can be named.`
      throw new TidemillError('model_invalid', { name, problem })
    }
    if (width <= 1) return [{ name: input.name, type, optional: type !== 'integer' }]
    return Array.from({ length: width }, (_, i) => ({
      name: `${input.name}_${i}`,
      type,
      optional: false,
    }))
  })
  const classes = metadata.classes === undefined ? undefined : classesIn(metadata.classes, name)
  return { inputs: fields, ...(classes === undefined ? {} : { classes }) }
}

function classesIn(text: string, name: string): string[] {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    read = undefined
  }
  const isList = Array.isArray(read) && read.every((each) => typeof each === 'string')
  if (isList) return read as string[]
  throw new TidemillError('model_invalid', { name, problem: 'its classes are no list of texts.' })
}

type Fields = Readonly<Record<number, (reader: BinaryReader) => void>>

/** Reads a message field by field; a field without a reader is skipped. */
function message(reader: BinaryReader, length: number, fields: Fields): void {
  const end = reader.pos + length
  if (end > reader.len) throw new RangeError('a message runs past the end of the file')
  while (reader.pos < end) {
    const [field, wire] = reader.tag()
    const read = fields[field]
    if (read) read(reader)
    else reader.skip(wire, field)
  }
}

function nested(reader: BinaryReader, fields: Fields): void {
  message(reader, reader.uint32(), fields)
}

function readModel(bytes: Uint8Array): OnnxHeader {
  const inputs: ValueInfo[] = []
  const outputs: ValueInfo[] = []
  const constants = new Set<string>()
  const metadata: Record<string, string> = {}
  message(new BinaryReader(bytes), bytes.length, {
    7: (model) =>
      nested(model, {
        5: (graph) =>
          nested(graph, {
            8: (tensor) => void constants.add(tensor.string()),
          }),
        11: (graph) => void inputs.push(valueInfo(graph)),
        12: (graph) => void outputs.push(valueInfo(graph)),
      }),
    14: (model) => {
      let [key, value] = ['', '']
      nested(model, {
        1: (entry) => void (key = entry.string()),
        2: (entry) => void (value = entry.string()),
      })
      metadata[key] = value
    },
  })
  // Old files list their weights as inputs too.
  return { inputs: inputs.filter((input) => !constants.has(input.name)), outputs, metadata }
}

function valueInfo(reader: BinaryReader): ValueInfo {
  let name = ''
  let element = 0
  const shape: number[] = []
  nested(reader, {
    1: (info) => void (name = info.string()),
    2: (info) =>
      nested(info, {
        1: (type) =>
          nested(type, {
            1: (tensor) => void (element = tensor.int32()),
            2: (tensor) =>
              nested(tensor, {
                1: (axes) => {
                  let size = 0
                  nested(axes, { 1: (axis) => void (size = Number(axis.int64())) })
                  shape.push(size)
                },
              }),
          }),
      }),
  })
  return { name, element, shape }
}
