import { TidemillError } from '#contract'
import type { InputTensor, OutputTensor } from '../tensors.ts'
import type {
  InferTensorContents,
  ModelInferRequest,
  ModelInferRequest_InferInputTensor,
} from './generated/open_inference_pb.ts'

type Contents = Pick<
  InferTensorContents,
  Exclude<keyof InferTensorContents, '$typeName' | '$unknown'>
>
type Scalar = number | bigint | boolean | string

interface Codec {
  /** Where the values are when they are not raw; none for FP16, which only travels raw. */
  readonly field?: keyof Contents
  /** Bytes a raw value takes; none for BYTES, whose values each say their length. */
  readonly width?: number
  readonly read: (view: DataView, at: number) => Scalar
  readonly write: (view: DataView, at: number, value: number) => void
}

/** How each type of the protocol lies in a message; raw values are little-endian. */
const codecs: Readonly<Record<string, Codec>> = {
  BOOL: {
    field: 'boolContents',
    width: 1,
    read: (view, at) => view.getUint8(at) !== 0,
    write: (view, at, value) => view.setUint8(at, value),
  },
  INT8: {
    field: 'intContents',
    width: 1,
    read: (view, at) => view.getInt8(at),
    write: (view, at, value) => view.setInt8(at, value),
  },
  INT16: {
    field: 'intContents',
    width: 2,
    read: (view, at) => view.getInt16(at, true),
    write: (view, at, value) => view.setInt16(at, value, true),
  },
  INT32: {
    field: 'intContents',
    width: 4,
    read: (view, at) => view.getInt32(at, true),
    write: (view, at, value) => view.setInt32(at, value, true),
  },
  INT64: {
    field: 'int64Contents',
    width: 8,
    read: (view, at) => view.getBigInt64(at, true),
    write: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  },
  UINT8: {
    field: 'uintContents',
    width: 1,
    read: (view, at) => view.getUint8(at),
    write: (view, at, value) => view.setUint8(at, value),
  },
  UINT16: {
    field: 'uintContents',
    width: 2,
    read: (view, at) => view.getUint16(at, true),
    write: (view, at, value) => view.setUint16(at, value, true),
  },
  UINT32: {
    field: 'uintContents',
    width: 4,
    read: (view, at) => view.getUint32(at, true),
    write: (view, at, value) => view.setUint32(at, value, true),
  },
  UINT64: {
    field: 'uint64Contents',
    width: 8,
    read: (view, at) => view.getBigUint64(at, true),
    write: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
  },
  FP16: {
    width: 2,
    read: (view, at) => halfOf(view.getUint16(at, true)),
    write: () => {
      throw new RangeError('no output is FP16')
    },
  },
  FP32: {
    field: 'fp32Contents',
    width: 4,
    read: (view, at) => view.getFloat32(at, true),
    write: (view, at, value) => view.setFloat32(at, value, true),
  },
  FP64: {
    field: 'fp64Contents',
    width: 8,
    read: (view, at) => view.getFloat64(at, true),
    write: (view, at, value) => view.setFloat64(at, value, true),
  },
}

/** The tensors of a request: their values in `contents`, or all of them raw beside the inputs. */
export function readTensors(request: ModelInferRequest): readonly InputTensor[] {
  const { inputs, rawInputContents: raw } = request
  if (raw.length > 0 && raw.length !== inputs.length) {
    throw invalid(
      `There are ${inputs.length} inputs and ${raw.length} raw contents; either all are raw or none.`,
    )
  }
  return inputs.map((tensor, index) => {
    const { name, datatype } = tensor
    const bytes = raw[index]
    const values = bytes ? readRaw(name, datatype, bytes) : readContents(tensor)
    return { name, datatype, shape: tensor.shape.map(Number), data: values.map(plain) }
  })
}

function readContents(tensor: ModelInferRequest_InferInputTensor): readonly Scalar[] {
  const { name, datatype, contents } = tensor
  if (datatype === 'BYTES') return (contents?.bytesContents ?? []).map(textOf)
  const field = codecs[datatype]?.field
  if (!field) {
    throw invalid(
      datatype === 'FP16'
        ? `"${name}" is FP16, which travels in raw_input_contents only.`
        : `"${name}" has the datatype ${datatype}, which is not supported.`,
    )
  }
  return (contents?.[field] ?? []) as readonly Scalar[]
}

function readRaw(name: string, datatype: string, bytes: Uint8Array): readonly Scalar[] {
  if (datatype === 'BYTES') return readTexts(name, bytes)
  const codec = codecs[datatype]
  if (!codec?.width)
    throw invalid(`"${name}" has the datatype ${datatype}, which is not supported.`)
  const { width, read } = codec
  if (bytes.length % width !== 0) {
    throw invalid(
      `"${name}" has ${bytes.length} raw bytes, which are no whole number of ${datatype}.`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: bytes.length / width }, (_, i) => read(view, i * width))
}

/** Texts one after another, each behind its length in four bytes. */
function readTexts(name: string, bytes: Uint8Array): readonly string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const texts: string[] = []
  let at = 0
  while (at < bytes.length) {
    const end = at + 4 <= bytes.length ? at + 4 + view.getUint32(at, true) : Infinity
    if (end > bytes.length) throw invalid(`The raw texts of "${name}" end in the middle of one.`)
    texts.push(textOf(bytes.subarray(at + 4, end)))
    at = end
  }
  return texts
}

/** The values of an output as a field of `contents`. */
export function writeContents({ datatype, data }: OutputTensor): Partial<Contents> {
  if (datatype === 'BYTES') return { bytesContents: data.map((each) => Buffer.from(String(each))) }
  const field = codecs[datatype]?.field
  if (!field) throw new RangeError(`no output is ${datatype}`)
  return { [field]: data }
}

/** The same, raw. */
export function writeRaw({ datatype, data }: OutputTensor): Uint8Array {
  if (datatype === 'BYTES') {
    return Buffer.concat(
      data.flatMap((each) => {
        const text = Buffer.from(String(each))
        const length = Buffer.alloc(4)
        length.writeUInt32LE(text.length)
        return [length, text]
      }),
    )
  }
  const codec = codecs[datatype]
  if (!codec?.width) throw new RangeError(`no output is ${datatype}`)
  const { width, write } = codec
  const bytes = new Uint8Array(data.length * width)
  const view = new DataView(bytes.buffer)
  for (const [i, value] of data.entries()) write(view, i * width, Number(value))
  return bytes
}

/** Integers past 2^53 stay exact, as text. */
function plain(value: Scalar): number | boolean | string {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value.toString()
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString()
}

/** A half-precision number (IEEE 754 binary16). */
function halfOf(bits: number): number {
  const sign = bits >> 15 === 0 ? 1 : -1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function invalid(problem: string): TidemillError {
  return new TidemillError('bad_request', { problem })
}
