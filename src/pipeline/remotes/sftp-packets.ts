/** Numbers of the SSH File Transfer Protocol, version 3 (draft-ietf-secsh-filexfer-02), which every server speaks. */
export const kinds = {
  init: 1,
  version: 2,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  openFolder: 11,
  readFolder: 12,
  remove: 13,
  makeFolder: 14,
  stat: 17,
  rename: 18,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attributes: 105,
  extended: 200,
} as const

export const statuses = { ok: 0, end: 1, missing: 2, denied: 3, failure: 4 } as const

export const openFor = { read: 1, write: 2, create: 8 } as const

/** Puts a packet together: its length comes first when it is done. */
export class PacketWriter {
  readonly #parts: Buffer[] = []

  byte(value: number): this {
    this.#parts.push(Buffer.from([value]))
    return this
  }

  int(value: number): this {
    const part = Buffer.allocUnsafe(4)
    part.writeUInt32BE(value)
    this.#parts.push(part)
    return this
  }

  long(value: number): this {
    const part = Buffer.allocUnsafe(8)
    part.writeBigUInt64BE(BigInt(value))
    this.#parts.push(part)
    return this
  }

  text(value: string | Uint8Array): this {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value
    this.int(bytes.length)
    this.#parts.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
    return this
  }

  done(): Buffer {
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0)
    const head = Buffer.allocUnsafe(4)
    head.writeUInt32BE(length)
    return Buffer.concat([head, ...this.#parts])
  }
}

export interface Attributes {
  readonly size: number
  readonly folder: boolean
}

/** Takes a packet apart. */
export class PacketReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get left(): number {
    return this.#bytes.length - this.#at
  }

  byte(): number {
    this.#at += 1
    return this.#bytes.readUInt8(this.#at - 1)
  }

  int(): number {
    this.#at += 4
    return this.#bytes.readUInt32BE(this.#at - 4)
  }

  long(): number {
    this.#at += 8
    return Number(this.#bytes.readBigUInt64BE(this.#at - 8))
  }

  bytes(): Buffer {
    const length = this.int()
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  text(): string {
    return this.bytes().toString('utf8')
  }

  attributes(): Attributes {
    const flags = this.int()
    const size = (flags & 1) !== 0 ? this.long() : 0
    if ((flags & 2) !== 0) this.#at += 8
    const mode = (flags & 4) !== 0 ? this.int() : 0
    if ((flags & 8) !== 0) this.#at += 8
    if (flags >>> 31 === 1) {
      for (let count = this.int(); count > 0; count -= 1) {
        this.bytes()
        this.bytes()
      }
    }
    return { size, folder: (mode & 0o170000) === 0o040000 }
  }
}
