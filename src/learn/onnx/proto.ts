import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

// Field numbers are those of onnx.proto, IR version 8 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).

export type ValueType = 'float' | 'string' | 'int64'
export type AttributeValue =
  | number
  | string
  | readonly number[]
  | readonly string[]
  | { readonly integers: readonly number[] }

export interface NodeProto {
  readonly op: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: readonly Uint8Array[]
  readonly domain: string
}

export interface TensorProto {
  readonly name: string
  readonly shape: readonly number[]
  readonly floats?: Float32Array
  readonly integers?: readonly number[]
  readonly strings?: readonly string[]
}

interface ModelParts {
  /** Columns: of any rank, since some callers feed [rows] and some [rows, 1]. */
  readonly inputs: readonly { name: string; type: ValueType }[]
  readonly outputs: readonly { name: string; type: ValueType; width?: number }[]
  readonly nodes: readonly NodeProto[]
  readonly constants: readonly TensorProto[]
  readonly metadata: Readonly<Record<string, string>>
}

const elementTypes = { float: 1, int64: 7, string: 8 } as const
const attributeTypes = { float: 1, int: 2, string: 3, floats: 6, ints: 7, strings: 8 } as const

export function encodeModel({
  inputs,
  outputs,
  nodes,
  constants,
  metadata,
}: ModelParts): Uint8Array {
  const graph = new BinaryWriter()
  for (const node of nodes) part(graph, 1, nodeProto(node))
  text(graph, 2, 'model')
  for (const constant of constants) part(graph, 5, tensorProto(constant))
  for (const { name, type } of inputs) part(graph, 11, valueInfo(name, type))
  for (const output of outputs) part(graph, 12, outputInfo(output))

  const model = new BinaryWriter()
  model.tag(1, WireType.Varint).int64(8n)
  text(model, 2, 'tidemill')
  part(model, 7, graph.finish())
  part(model, 8, operatorSet('', 18))
  part(model, 8, operatorSet('ai.onnx.ml', 3))
  for (const [key, value] of Object.entries(metadata)) {
    const entry = new BinaryWriter()
    text(entry, 1, key)
    text(entry, 2, value)
    part(model, 14, entry.finish())
  }
  return model.finish()
}

export function attributeProto(name: string, value: AttributeValue): Uint8Array {
  const attribute = new BinaryWriter()
  text(attribute, 1, name)
  const type = (kind: keyof typeof attributeTypes): void =>
    void attribute.tag(20, WireType.Varint).int32(attributeTypes[kind])
  if (typeof value === 'string') {
    text(attribute, 4, value)
    type('string')
  } else if (typeof value === 'number') {
    // NaN and fractions are floats; whole numbers are integers, as every attribute used here means them.
    if (Number.isInteger(value)) {
      attribute.tag(3, WireType.Varint).int64(BigInt(value))
      type('int')
    } else {
      attribute.tag(2, WireType.Bit32).float(value)
      type('float')
    }
  } else if ('integers' in value) {
    const packed = new BinaryWriter()
    for (const each of value.integers) packed.int64(BigInt(each))
    part(attribute, 8, packed.finish())
    type('ints')
  } else if (typeof value[0] === 'string') {
    for (const each of value) text(attribute, 9, String(each))
    type('strings')
  } else {
    const packed = new BinaryWriter()
    for (const each of value) packed.float(Number(each))
    part(attribute, 7, packed.finish())
    type('floats')
  }
  return attribute.finish()
}

function nodeProto({ op, inputs, outputs, attributes, domain }: NodeProto): Uint8Array {
  const node = new BinaryWriter()
  for (const input of inputs) text(node, 1, input)
  for (const output of outputs) text(node, 2, output)
  text(node, 3, outputs[0] ?? op)
  text(node, 4, op)
  for (const attribute of attributes) part(node, 5, attribute)
  if (domain !== '') text(node, 7, domain)
  return node.finish()
}

function tensorProto({ name, shape, floats, integers, strings }: TensorProto): Uint8Array {
  const tensor = new BinaryWriter()
  const dims = new BinaryWriter()
  for (const size of shape) dims.int64(BigInt(size))
  part(tensor, 1, dims.finish())
  const type = floats ? 'float' : integers ? 'int64' : 'string'
  tensor.tag(2, WireType.Varint).int32(elementTypes[type])
  if (strings) for (const each of strings) part(tensor, 6, new TextEncoder().encode(each))
  text(tensor, 8, name)
  if (floats) part(tensor, 9, new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength))
  if (integers) part(tensor, 9, new Uint8Array(BigInt64Array.from(integers, BigInt).buffer))
  return tensor.finish()
}

/** A tensor of any number of rows: [rows, width], or [rows] without a width. */
function outputInfo({
  name,
  type,
  width,
}: {
  name: string
  type: ValueType
  width?: number
}): Uint8Array {
  const rows = new BinaryWriter()
  text(rows, 2, 'rows')
  const shape = new BinaryWriter()
  part(shape, 1, rows.finish())
  if (width !== undefined) {
    part(shape, 1, new BinaryWriter().tag(1, WireType.Varint).int64(BigInt(width)).finish())
  }
  return valueInfo(name, type, shape.finish())
}

/** A named tensor; without a shape its rank is open too. */
function valueInfo(name: string, type: ValueType, shape?: Uint8Array): Uint8Array {
  const tensor = new BinaryWriter().tag(1, WireType.Varint).int32(elementTypes[type])
  if (shape) part(tensor, 2, shape)
  const typed = new BinaryWriter()
  part(typed, 1, tensor.finish())
  const info = new BinaryWriter()
  text(info, 1, name)
  part(info, 2, typed.finish())
  return info.finish()
}

function operatorSet(domain: string, version: number): Uint8Array {
  const set = new BinaryWriter()
  text(set, 1, domain)
  set.tag(2, WireType.Varint).int64(BigInt(version))
  return set.finish()
}

function part(writer: BinaryWriter, field: number, bytes: Uint8Array): void {
  writer.tag(field, WireType.LengthDelimited).bytes(bytes)
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value)
}
