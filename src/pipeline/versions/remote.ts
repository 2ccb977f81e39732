import { createHash, hash, randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { TidemillError } from '#contract/error'
import { remotesOf } from '../config.ts'
import { smallFile } from '../files/hash-file.ts'
import type { Repository } from '../repository.ts'

/** A store of objects and runs outside the repository, in the layout that DVC gives its remotes. */
export interface Remote {
  readonly name: string
  has(path: string): Promise<boolean>
  /** Copies a file of ours there, whole or not at all. */
  put(path: string, file: string): Promise<void>
  /** Copies a file from there, whole or not at all; its MD5 in hex. */
  get(path: string, file: string): Promise<string>
  list(folder: string): Promise<readonly string[]>
  remove(path: string): Promise<void>
}

/** The remote of that name, or the repository's default. Errors: `not_found`, `unavailable`. */
export function openRemote(repository: Repository, name?: string): Remote {
  const { remotes, core } = remotesOf(repository.root, repository.config)
  const wanted = name ?? core
  if (wanted === undefined) {
    throw new TidemillError('not_found', {
      kind: 'default remote in',
      name: '.dvc/config; add one with tidemill remote add -d NAME FOLDER, or name one with --remote',
    })
  }
  const found = remotes.find((remote) => remote.name === wanted)
  if (!found) throw new TidemillError('not_found', { kind: 'remote', name: wanted })
  if (!isFolder(found.url)) {
    throw new TidemillError('unavailable', {
      problem: `The remote ${wanted} is at ${found.url}; only folders can be reached.`,
    })
  }
  return folderRemote(wanted, found.url)
}

/** Whether a remote is at a place that we can reach. */
export function isFolder(url: string): boolean {
  return !/^[a-z][a-z0-9+.-]+:\/\//i.test(url)
}

/** Where DVC keeps an object on a remote. */
export function remotePath(md5: string): string {
  return join('files', 'md5', md5.slice(0, 2), md5.slice(2))
}

/** A folder, local or mounted. */
export function folderRemote(name: string, folder: string): Remote {
  return {
    name,
    has: async (path) => fs.existsSync(join(folder, path)),
    async put(path, file) {
      await copyWhole(file, join(folder, path), 0o444)
    },
    get: (path, file) => copyWhole(join(folder, path), file, 0o444),
    async list(under) {
      const top = join(folder, under)
      if (!fs.existsSync(top)) return []
      return fs
        .readdirSync(top, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'))
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    },
    async remove(path) {
      fs.rmSync(join(folder, path), { force: true })
    },
  }
}

/** Copies through a temporary name; the MD5 of what was written. */
async function copyWhole(from: string, to: string, mode: number): Promise<string> {
  fs.mkdirSync(dirname(to), { recursive: true })
  const temporary = join(dirname(to), `.${randomBytes(8).toString('hex')}.tmp`)
  try {
    const small = fs.statSync(from).size <= smallFile
    const md5 = await (small ? copySmall : copyLarge)(from, temporary)
    fs.chmodSync(temporary, mode)
    fs.renameSync(temporary, to)
    return md5
  } catch (error) {
    fs.rmSync(temporary, { force: true })
    const full =
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ENOSPC' || error.code === 'EDQUOT')
    throw full ? new TidemillError('disk_full', { what: to }, error) : error
  }
}

const synced = promisify(fs.fsync)

/** In one go, which takes a third of the processor's time that pieces do; only the disk is waited for beside others. */
async function copySmall(from: string, to: string): Promise<string> {
  const bytes = fs.readFileSync(from)
  const target = fs.openSync(to, 'wx')
  try {
    fs.writeFileSync(target, bytes)
    await synced(target)
  } finally {
    fs.closeSync(target)
  }
  return hash('md5', bytes, 'hex')
}

async function copyLarge(from: string, to: string): Promise<string> {
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
