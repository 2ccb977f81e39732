import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { digestFromHex, explainFullDisk, TidemillError, type Digest } from '#contract'
import { systemClock, type Clock } from '../clock.ts'
import { isMissing, syncFolder, systemFiles, type Files } from '../files/durable.ts'
import type { ListedObject, ObjectStore, StoredObject } from '../objects.ts'
import { digestOfPath, objectPath } from './object-path.ts'
import { removeStale, temporaryName } from './temporary-files.ts'
import { verifiedBytes, verifyBytes } from './verified-bytes.ts'
import { writeObject } from './write-object.ts'

/**
 * Objects as read-only files `ab/cdef…` of a folder. Bytes are written beside, made durable, then renamed, so a name exists only
 * for whole bytes; any number of processes may share the folder. Errors: `disk_full`, after which nothing of the object is left.
 */
export async function openFolderObjects(
  folder: string,
  files: Files = systemFiles,
  clock: Clock = systemClock,
): Promise<ObjectStore> {
  const nursery = join(folder, 'tmp')
  await files.mkdir(nursery, { recursive: true })
  await removeStale(nursery, clock.now(), files)
  /** What a file looked like when its bytes were last found right. */
  const verified = new Map<Digest, string>()

  async function open(digest: Digest): Promise<FileHandle> {
    try {
      return await files.open(objectPath(folder, digest), 'r')
    } catch (error) {
      throw isMissing(error) ? notFound(digest) : error
    }
  }

  /** Gives bytes that are whole and durable their name. */
  async function settle(temporary: string, digest: Digest): Promise<void> {
    const place = objectPath(folder, digest)
    const made = await files.mkdir(dirname(place), { recursive: true })
    // Even when the object exists: these bytes are right, and those may have been damaged since.
    await files.rename(temporary, place)
    await syncFolder(dirname(place), files)
    if (made !== undefined) await syncFolder(folder, files)
  }

  async function find(digest: Digest): Promise<ListedObject | undefined> {
    try {
      const { size, mtimeMs } = await files.stat(objectPath(folder, digest))
      return { digest, size, storedAt: mtimeMs }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  async function stat(digest: Digest): Promise<StoredObject | undefined> {
    const found = await find(digest)
    return found && { digest, size: found.size }
  }

  async function file(digest: Digest): Promise<string> {
    const handle = await open(digest)
    const { size, mtimeNs, ctimeNs, ino } = await handle.stat({ bigint: true })
    const seen = `${size} ${mtimeNs} ${ctimeNs} ${ino}`
    if (verified.get(digest) === seen) await handle.close()
    else {
      verified.delete(digest)
      await verifyBytes(handle, digest)
      verified.set(digest, seen)
    }
    return objectPath(folder, digest)
  }

  /** Bytes at hand are looked for first: reading them again is cheaper than making them durable again. */
  async function present(bytes: Uint8Array): Promise<StoredObject | undefined> {
    const digest = digestFromHex(createHash('sha256').update(bytes).digest('hex'))
    const found = await stat(digest)
    if (found?.size !== bytes.byteLength) return undefined
    try {
      const place = await file(digest)
      // Stored again: who removes what is old and unused goes by this time.
      const now = new Date(clock.now())
      await files.utimes(place, now, now)
      return found
    } catch {
      return undefined
    }
  }

  return {
    async put(bytes) {
      const found = bytes instanceof Uint8Array ? await present(bytes) : undefined
      if (found) return found
      const temporary = join(nursery, temporaryName())
      try {
        const stored = await writeObject(temporary, chunksOf(bytes), files)
        await settle(temporary, stored.digest)
        return stored
      } catch (error) {
        await files.rm(temporary, { force: true })
        throw explainFullDisk(error, `an object in ${folder}`)
      }
    },
    async get(digest) {
      if (!(await stat(digest))) throw notFound(digest)
      return Readable.from(
        verifiedBytes(() => open(digest), digest),
        { objectMode: false },
      )
    },
    async part(digest, range) {
      return createReadStream(await file(digest), range)
    },
    async read(digest) {
      const chunks: Buffer[] = []
      for await (const chunk of verifiedBytes(() => open(digest), digest)) chunks.push(chunk)
      const whole = Buffer.concat(chunks)
      return new Uint8Array(whole.buffer, whole.byteOffset, whole.byteLength)
    },
    stat,
    file,
    async *list() {
      for (const prefix of (await files.readdir(folder)).toSorted()) {
        if (!/^[0-9a-f]{2}$/.test(prefix)) continue
        for (const name of (await files.readdir(join(folder, prefix))).toSorted()) {
          const digest = digestOfPath(prefix, name)
          const found = digest && (await find(digest))
          if (found) yield found
        }
      }
    },
    async delete(digest) {
      const place = objectPath(folder, digest)
      verified.delete(digest)
      try {
        await files.unlink(place)
      } catch (error) {
        if (isMissing(error)) return
        throw error
      }
      await syncFolder(dirname(place), files)
    },

    async deleteUnlessStoredSince(digest, since) {
      const place = objectPath(folder, digest)
      const aside = join(nursery, temporaryName())
      try {
        if ((await files.stat(place)).mtimeMs >= since) return false
        // Put aside first: whoever stores the bytes from here on finds none and makes them anew.
        await files.rename(place, aside)
      } catch (error) {
        if (isMissing(error)) return false
        throw error
      }
      const isAgain = (await files.stat(aside)).mtimeMs >= since
      if (isAgain) await files.rename(aside, place)
      else await files.unlink(aside)
      verified.delete(digest)
      await syncFolder(dirname(place), files)
      return !isAgain
    },
  }
}

async function* chunksOf(
  bytes: Readable | AsyncIterable<Uint8Array> | Uint8Array,
): AsyncGenerator<Uint8Array> {
  if (bytes instanceof Uint8Array) {
    yield bytes
    return
  }
  for await (const chunk of bytes) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}

function notFound(digest: Digest): TidemillError {
  return new TidemillError('not_found', { kind: 'object', name: digest })
}
