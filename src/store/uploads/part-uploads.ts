import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { digestFromHex, explainFullDisk, TidemillError } from '#contract'
import type { Clock } from '../clock.ts'
import { isMissing } from '../files/durable.ts'
import { verifiedBytes } from '../objects/verified-bytes.ts'

/** What is being sent in parts, and where it will be. */
export interface Upload {
  readonly owner: string
  readonly path: string
  readonly parts: number
}

export interface Part {
  readonly number: number
  /** What `put` answered. */
  readonly etag: string
}

/** Files that come in parts, at the same time and in any order. */
export interface PartUploads {
  /** Answers a name nobody can guess: who knows it may send parts. */
  begin(upload: Upload): Promise<string>
  find(id: string): Promise<Upload & { readonly done: boolean }>
  /** Stores a part, again if it was sent before; its etag is the digest of its bytes. */
  put(id: string, number: number, bytes: Readable): Promise<string>
  /** All parts one behind the other, each checked against its etag. */
  whole(id: string, parts: readonly Part[]): Promise<Readable>
  /** Lets the parts go; that it was done is remembered, for who asks again. */
  finish(id: string): Promise<void>
  /** Lets the parts go of what is not wanted any more. */
  abort(id: string): Promise<void>
}

/** Nobody goes on with an upload that rested for so long. */
const dayMs = 24 * 60 * 60 * 1000

/**
 * Each upload is a folder with its facts and its parts, `12-<digest>`. Parts need not be durable: what is lost of them is missed when
 * they are put together, and only then is the file anybody's. Errors: `not_found`, `bad_request`, `disk_full`, `object_corrupt`.
 */
export async function openPartUploads(folder: string, clock: Clock): Promise<PartUploads> {
  await mkdir(folder, { recursive: true, mode: 0o700 })

  function placeOf(id: string): string {
    if (!/^[0-9a-f]{64}$/.test(id)) throw unknown(id)
    return join(folder, id)
  }

  /** Removes what was begun and left. */
  async function sweep(): Promise<void> {
    for (const name of await readdir(folder)) {
      const place = join(folder, name)
      try {
        // Each part that comes touches its folder.
        if (clock.now() - (await stat(place)).mtimeMs > dayMs) {
          await rm(place, { recursive: true, force: true })
        }
      } catch (error) {
        if (!isMissing(error)) throw error
      }
    }
  }

  async function find(id: string): Promise<Upload & { readonly done: boolean }> {
    const place = placeOf(id)
    try {
      const upload = JSON.parse(await readFile(join(place, 'upload.json'), 'utf8')) as Upload
      return { ...upload, done: (await readdir(place)).includes('done') }
    } catch (error) {
      throw isMissing(error) ? unknown(id) : error
    }
  }

  await sweep()
  return {
    find,

    async begin(upload) {
      await sweep()
      const id = randomBytes(32).toString('hex')
      const place = placeOf(id)
      await mkdir(place, { mode: 0o700 })
      await writeFile(join(place, 'upload.json'), JSON.stringify(upload), { mode: 0o600 })
      return id
    },

    async put(id, number, bytes) {
      const { parts, done } = await find(id)
      if (done) throw unknown(id)
      if (!Number.isSafeInteger(number) || number < 1 || number > parts) {
        const problem = `There is no part ${number}: parts are 1 to ${parts}.`
        throw new TidemillError('bad_request', { problem })
      }
      const place = placeOf(id)
      const temporary = join(place, `tmp-${randomBytes(8).toString('hex')}`)
      const hash = createHash('sha256')
      const hashed = new Transform({
        transform(chunk: Buffer, _, next) {
          hash.update(chunk)
          next(null, chunk)
        },
      })
      try {
        await pipeline(bytes, hashed, createWriteStream(temporary, { flags: 'wx', mode: 0o600 }))
        const etag = hash.digest('hex')
        await rename(temporary, join(place, `${number}-${etag}`))
        return etag
      } catch (error) {
        await rm(temporary, { force: true })
        throw explainFullDisk(error, `a part of ${folder}`)
      }
    },

    async whole(id, parts) {
      const { parts: many } = await find(id)
      const place = placeOf(id)
      const names = new Set(await readdir(place))
      const inOrder = parts.toSorted((a, b) => a.number - b.number)
      if (inOrder.length !== many || inOrder.some(({ number }, i) => number !== i + 1)) {
        const problem = `Each of the ${many} parts is named once; there are ${parts.length} here.`
        throw new TidemillError('bad_request', { problem })
      }
      for (const { number, etag } of inOrder) {
        if (names.has(`${number}-${etag}`)) continue
        const problem = `Part ${number} with the etag ${etag.slice(0, 70)} was not received.`
        throw new TidemillError('bad_request', { problem })
      }
      async function* bytes(): AsyncGenerator<Buffer> {
        for (const { number, etag } of inOrder) {
          const path = join(place, `${number}-${etag}`)
          yield* verifiedBytes(() => open(path, 'r'), digestFromHex(etag))
        }
      }
      return Readable.from(bytes(), { objectMode: false })
    },

    async finish(id) {
      await writeFile(join(placeOf(id), 'done'), '')
      const place = placeOf(id)
      const parts = (await readdir(place)).filter((name) => /^(\d|tmp)/.test(name))
      for (const name of parts) await rm(join(place, name), { force: true })
    },

    abort: (id) => rm(placeOf(id), { recursive: true, force: true }),
  }
}

function unknown(id: string): TidemillError {
  return new TidemillError('not_found', { kind: 'upload', name: id.slice(0, 64) })
}
