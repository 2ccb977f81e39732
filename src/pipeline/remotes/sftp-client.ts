import type { Readable, Writable } from 'node:stream'
import {
  kinds,
  openFor,
  PacketReader,
  PacketWriter,
  statuses,
  type Attributes,
} from './sftp-packets.ts'

/** What a server answers instead of what was asked for. */
export class SftpStatus extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export interface SftpEntry extends Attributes {
  readonly name: string
}

/** Files of another machine. Errors: `SftpStatus`; whatever `fail` of the connection was given. */
export interface SftpClient {
  /** `undefined` when nothing is there. */
  stat(path: string): Promise<Attributes | undefined>
  /** The bytes from `from` up to `size`. */
  read(path: string, from: number, size: number): AsyncIterable<Uint8Array>
  /** Writes behind the first `from` bytes; the file is made when there is none. */
  write(path: string, from: number, source: AsyncIterable<Uint8Array>): Promise<void>
  /** Renames, over what is there. */
  rename(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Makes a folder; one that is there already is left. */
  makeFolder(path: string): Promise<void>
  list(path: string): Promise<readonly SftpEntry[]>
  /** Ends every call that waits, and every later one, with this error. */
  fail(error: Error): void
}

interface Answer {
  readonly kind: number
  readonly body: PacketReader
}

/** Servers must take packets of 34,000 bytes; more of them at once make up for the way there and back. */
const piece = 32 << 10
const window = 48

/** Speaks SFTP over two streams. The calls of any number of jobs share them. */
export async function openSftp(input: Readable, output: Writable): Promise<SftpClient> {
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>()
  let next = 0
  let broken: Error | undefined
  let extensions: ReadonlySet<string> = new Set()

  function fail(error: Error): void {
    broken ??= error
    for (const { reject } of waiting.values()) reject(broken)
    waiting.clear()
  }

  function awaitAnswer(id: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (broken) reject(broken)
      else waiting.set(id, { resolve, reject })
    })
  }

  function ask(kind: number, fill: (packet: PacketWriter) => PacketWriter): Promise<Answer> {
    next = (next + 1) >>> 0
    const answer = awaitAnswer(next)
    if (!broken) output.write(fill(new PacketWriter().byte(kind).int(next)).done())
    return answer
  }

  let rest: Buffer = Buffer.alloc(0)
  input.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= 4) {
      const length = rest.readUInt32BE(0)
      if (rest.length < 4 + length) return
      const body = new PacketReader(rest.subarray(4, 4 + length))
      rest = rest.subarray(4 + length)
      const kind = body.byte()
      const id = kind === kinds.version ? 0 : body.int()
      waiting.get(id)?.resolve({ kind, body })
      waiting.delete(id)
    }
  })
  input.once('error', fail)
  output.once('error', fail)

  const hello = awaitAnswer(0)
  output.write(new PacketWriter().byte(kinds.init).int(3).done())
  const { body: version } = await hello
  version.int()
  const names = new Set<string>()
  while (version.left > 0) {
    names.add(version.text())
    version.bytes()
  }
  extensions = names

  async function expect(kind: number, asked: Promise<Answer>): Promise<PacketReader> {
    const answer = await asked
    if (answer.kind === kind) return answer.body
    throw answer.kind === kinds.status
      ? new SftpStatus(answer.body.int(), answer.body.left > 0 ? answer.body.text() : 'failure')
      : new SftpStatus(statuses.failure, `an answer of kind ${answer.kind}`)
  }

  async function done(asked: Promise<Answer>): Promise<void> {
    const { kind, body } = await asked
    const status = kind === kinds.status ? body.int() : statuses.failure
    if (status !== statuses.ok)
      throw new SftpStatus(status, body.left > 4 ? body.text() : 'failure')
  }

  async function open(path: string, flags: number): Promise<Buffer> {
    const body = await expect(
      kinds.handle,
      ask(kinds.open, (packet) => packet.text(path).int(flags).int(0)),
    )
    return Buffer.from(body.bytes())
  }

  const close = (handle: Buffer): Promise<void> =>
    done(ask(kinds.close, (packet) => packet.text(handle)))

  async function readPiece(handle: Buffer, from: number, length: number): Promise<Buffer> {
    const body = await expect(
      kinds.data,
      ask(kinds.read, (packet) => packet.text(handle).long(from).int(length)),
    )
    const bytes = body.bytes()
    if (bytes.length === length || bytes.length === 0) return bytes
    // a server may answer with less than it was asked for
    return Buffer.concat([
      bytes,
      await readPiece(handle, from + bytes.length, length - bytes.length),
    ])
  }

  async function stat(path: string): Promise<Attributes | undefined> {
    try {
      const asked = ask(kinds.stat, (packet) => packet.text(path))
      return (await expect(kinds.attributes, asked)).attributes()
    } catch (error) {
      if (error instanceof SftpStatus && error.status === statuses.missing) return undefined
      throw error
    }
  }

  return {
    fail,
    stat,
    async *read(path, from, size) {
      const handle = await open(path, openFor.read)
      try {
        const ahead: Promise<Buffer>[] = []
        let at = from
        for (;;) {
          while (ahead.length < window && at < size) {
            const asked = readPiece(handle, at, Math.min(piece, size - at))
            asked.catch(() => undefined)
            ahead.push(asked)
            at += piece
          }
          const first = ahead.shift()
          if (first === undefined) return
          yield await first
        }
      } finally {
        await close(handle).catch(() => undefined)
      }
    },
    async write(path, from, source) {
      const handle = await open(path, openFor.write | openFor.create)
      try {
        const behind: Promise<void>[] = []
        let at = from
        for await (const chunk of source) {
          for (let start = 0; start < chunk.length; start += piece) {
            const bytes = chunk.subarray(start, start + piece)
            const offset = at
            const sent = done(
              ask(kinds.write, (packet) => packet.text(handle).long(offset).text(bytes)),
            )
            sent.catch(() => undefined)
            behind.push(sent)
            at += bytes.length
            if (behind.length >= window) await behind.shift()
          }
        }
        await Promise.all(behind)
      } finally {
        await close(handle)
      }
    },
    async rename(from, to) {
      if (extensions.has('posix-rename@openssh.com')) {
        const name = 'posix-rename@openssh.com'
        await done(ask(kinds.extended, (packet) => packet.text(name).text(from).text(to)))
        return
      }
      await done(ask(kinds.rename, (packet) => packet.text(from).text(to)))
    },
    remove: (path) => done(ask(kinds.remove, (packet) => packet.text(path))),
    async makeFolder(path) {
      try {
        await done(ask(kinds.makeFolder, (packet) => packet.text(path).int(0)))
      } catch (error) {
        // version 3 has no word for "is there already"
        const there = await stat(path)
        if (!there?.folder) throw error
      }
    },
    async list(path) {
      const body = await expect(
        kinds.handle,
        ask(kinds.openFolder, (packet) => packet.text(path)),
      )
      const handle = Buffer.from(body.bytes())
      const found: SftpEntry[] = []
      try {
        for (;;) {
          const names = await expect(
            kinds.name,
            ask(kinds.readFolder, (packet) => packet.text(handle)),
          )
          for (let count = names.int(); count > 0; count -= 1) {
            const name = names.text()
            names.bytes()
            const attributes = names.attributes()
            if (name !== '.' && name !== '..') found.push({ name, ...attributes })
          }
        }
      } catch (error) {
        if (!(error instanceof SftpStatus) || error.status !== statuses.end) throw error
      } finally {
        await close(handle).catch(() => undefined)
      }
      return found
    },
  }
}
