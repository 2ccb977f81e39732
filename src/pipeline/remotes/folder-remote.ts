import { createHash, hash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { explainFullDisk, TidemillError } from '#contract/error'
import { smallFile } from '../files/hash-file.ts'
import { missingObject, placeMissing, unreachable } from './remote-errors.ts'
import type { OnBytes, Remote } from './remote.ts'

/** A folder, local or mounted. */
export function folderRemote(name: string, folder: string): Remote {
  const explained = async <T>(work: () => T | Promise<T>, path = ''): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw explain(error, name, folder, path)
    }
  }
  return {
    name,
    stat: (path) =>
      explained(() => {
        const stats = fs.statSync(join(folder, path), { throwIfNoEntry: false })
        return stats?.isFile() ? { size: stats.size } : undefined
      }),
    put: (path, file, onBytes) =>
      explained(async () => {
        if (!fs.existsSync(folder) && isWhereDisksAre(folder))
          throw placeMissing({ name, place: folder })
        await copyWhole(file, join(folder, path), onBytes)
      }),
    get: (path, file, onBytes) =>
      explained(() => copyWhole(join(folder, path), file, onBytes), path),
    async *list(under) {
      const top = join(folder, under)
      if (!fs.existsSync(top)) return
      const entries = await explained(() =>
        fs.readdirSync(top, { recursive: true, withFileTypes: true }),
      )
      for (const entry of entries) {
        if (entry.isFile() && !entry.name.endsWith('.tmp'))
          yield join(entry.parentPath, entry.name).slice(folder.length + 1)
      }
    },
    remove: (path) => explained(() => fs.rmSync(join(folder, path), { force: true })),
    close: async () => undefined,
  }
}

/** Where systems put the disks and shares that they mount. */
const mountPlaces =
  /^(?:\/|\/mnt(?:\/[^/]+)?|\/media(?:\/[^/]+){0,2}|\/run\/media(?:\/[^/]+){0,2}|\/Volumes(?:\/[^/]+)?|\/net(?:\/[^/]+)?)$/

/**
 * Whether a folder that is not there would be made where a disk belongs that is not mounted: the nearest folder above is such a place,
 * and on the system's own disk.
 */
function isWhereDisksAre(folder: string): boolean {
  let above = dirname(folder)
  while (!fs.existsSync(above)) above = dirname(above)
  return mountPlaces.test(above) && fs.statSync(above).dev === fs.statSync('/').dev
}

function explain(error: unknown, name: string, folder: string, path: string): unknown {
  if (!(error instanceof Error) || error instanceof TidemillError || !('code' in error))
    return error
  const place = { name, place: folder }
  switch (error.code) {
    case 'ENOENT':
      return path !== '' && fs.existsSync(folder)
        ? missingObject(place, path, error)
        : placeMissing(place, error)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new TidemillError('remote_denied', { ...place, problem: error.message }, error)
    case 'EIO':
    case 'ESTALE':
    case 'EHOSTDOWN':
    case 'ETIMEDOUT':
      return unreachable(place, error)
    default:
      return error
  }
}

/** Copies through a temporary name; the MD5 of what was written. */
async function copyWhole(from: string, to: string, onBytes?: OnBytes): Promise<string> {
  const small = fs.statSync(from).size <= smallFile
  fs.mkdirSync(dirname(to), { recursive: true })
  const temporary = join(dirname(to), `.${randomBytes(8).toString('hex')}.tmp`)
  try {
    const md5 = await (small ? copySmall : copyLarge)(from, temporary, onBytes)
    fs.chmodSync(temporary, 0o444)
    fs.renameSync(temporary, to)
    return md5
  } catch (error) {
    fs.rmSync(temporary, { force: true })
    throw explainFullDisk(error, to)
  }
}

const synced = promisify(fs.fsync)

/** In one go, which takes a third of the processor's time that pieces do; only the disk is waited for beside others. */
async function copySmall(from: string, to: string, onBytes?: OnBytes): Promise<string> {
  const bytes = fs.readFileSync(from)
  const target = fs.openSync(to, 'wx')
  try {
    fs.writeFileSync(target, bytes)
    await synced(target)
  } finally {
    fs.closeSync(target)
  }
  onBytes?.(bytes.length)
  return hash('md5', bytes, 'hex')
}

async function copyLarge(from: string, to: string, onBytes?: OnBytes): Promise<string> {
  const source = await fs.promises.open(from, 'r')
  try {
    const target = await fs.promises.open(to, 'wx')
    const digest = createHash('md5')
    try {
      const buffer = Buffer.allocUnsafe(1 << 20)
      for (;;) {
        const { bytesRead } = await source.read(buffer, 0, buffer.length, null)
        if (bytesRead === 0) break
        digest.update(buffer.subarray(0, bytesRead))
        await target.write(buffer, 0, bytesRead)
        onBytes?.(bytesRead)
      }
      await target.sync()
      return digest.digest('hex')
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}
