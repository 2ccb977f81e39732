import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { extract, pack, type Pack } from 'tar-stream'
import { TidemillError } from '#contract'
import { openSqlite } from '#store'

export interface BackupResult {
  readonly files: number
  readonly bytes: number
}

/**
 * Writes a home into one compressed archive while others work on it: databases as consistent copies, everything else as it is (objects
 * never change). The databases are copied before anything is looked for: what they name is stored by then. The archive has its name
 * only once it is whole.
 */
export async function backupHome(
  home: string,
  file: string,
  onBytes?: (bytes: number) => void,
): Promise<BackupResult> {
  if (!existsSync(home)) throw new TidemillError('home_missing', { home })
  const target = resolve(file)
  const copies = await mkdtemp(join(dirname(target), '.tidemill-backup-'))
  const part = `${target}.part`
  try {
    const archive = pack()
    const written = pipeline(archive, createGzip({ level: 6 }), createWriteStream(part))
    let [files, bytes] = [0, 0]
    const take = async (path: string, source: string): Promise<void> => {
      const size = await add(archive, relative(home, path), source)
      if (size === undefined) return
      bytes += size
      files++
      onBytes?.(bytes)
    }
    const databases = (await keptFiles(home)).filter(isDatabase)
    const copied: (readonly [string, string])[] = []
    for (const path of databases) copied.push([path, await copyOf(path, copies)])
    for (const [path, copy] of copied) await take(path, copy)
    for (const path of await keptFiles(home)) if (!isDatabase(path)) await take(path, path)
    archive.finalize()
    await written
    await rename(part, target)
    return { files, bytes }
  } finally {
    await rm(part, { force: true })
    await rm(copies, { recursive: true, force: true })
  }
}

export interface RestoreResult {
  readonly files: number
  readonly home: string
  /** Where the home that was there is now. */
  readonly kept?: string
}

/** Puts a backup in place of a home. It is unpacked beside it first; the home that was there is kept under another name. */
export async function restoreHome(
  file: string,
  home: string,
  { replace, dry }: { readonly replace: boolean; readonly dry: boolean },
): Promise<RestoreResult> {
  const taken = existsSync(home)
  if (taken && !replace && !dry) {
    throw new TidemillError('already_exists', {
      kind: 'home at',
      name: `${home} (add --replace to put the backup in its place)`,
    })
  }
  await mkdir(dirname(home), { recursive: true })
  const fresh = await mkdtemp(join(dirname(home), '.tidemill-restore-'))
  try {
    const files = await unpack(file, fresh)
    if (dry) return { files, home }
    const kept = `${home}.before-${new Date().toISOString().replace(/[:.]/g, '-')}`
    if (taken) await rename(home, kept)
    await rename(fresh, home)
    return { files, home, ...(taken ? { kept } : {}) }
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

async function keptFiles(home: string): Promise<readonly string[]> {
  const entries = await readdir(home, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !isDerived(relative(home, path)))
}

function isDatabase(path: string): boolean {
  return path.endsWith('.db')
}

/**
 * The write-ahead files are in the consistent copy; backups before migrations are not backed up again; bytes on their way in, whole or
 * in parts, are nobody's yet.
 */
function isDerived(name: string): boolean {
  if (/\.db-(wal|shm)$/.test(name) || name.endsWith('.part')) return true
  const parts = name.split(sep)
  // Of the home itself, or of one of its projects, which may have any name.
  const [room, below] = parts[0] === 'projects' ? parts.slice(2) : parts
  return room === 'backups' || room === 'uploads' || (room === 'objects' && below === 'tmp')
}

async function copyOf(database: string, folder: string): Promise<string> {
  const copy = join(folder, `${Math.random().toString(36).slice(2)}.db`)
  const opened = await openSqlite({ file: database, readOnly: true })
  try {
    await opened.backup(copy)
  } finally {
    await opened.close()
  }
  return copy
}

/** Its size; undefined when it went in the meantime, as what nothing names may. */
async function add(archive: Pack, name: string, source: string): Promise<number | undefined> {
  const found = await stat(source).catch(() => undefined)
  if (!found) return undefined
  const { size, mode } = found
  await pipeline(
    createReadStream(source),
    archive.entry({ name: name.split(sep).join('/'), size, mode }),
  )
  return size
}

/** Entries stay under the folder, whatever their names say. */
async function unpack(file: string, folder: string): Promise<number> {
  const archive = extract()
  let files = 0
  archive.on('entry', (header, stream, next) => {
    const target = resolve(folder, header.name)
    if (header.type !== 'file' || !target.startsWith(folder + sep)) {
      next(
        new TidemillError('bad_request', {
          problem: `The backup has an entry "${header.name}" that may not be unpacked.`,
        }),
      )
      return
    }
    mkdir(dirname(target), { recursive: true })
      .then(() => pipeline(stream, createWriteStream(target, { mode: header.mode ?? 0o600 })))
      .then(() => {
        files++
        next()
      }, next)
  })
  await pipeline(createReadStream(file), createGunzip(), archive).catch((cause: unknown) => {
    if (cause instanceof TidemillError) throw cause
    throw new TidemillError(
      'bad_request',
      { problem: `${file} is no backup that can be read.` },
      cause,
    )
  })
  if (files === 0)
    throw new TidemillError('bad_request', { problem: `${file} is an empty backup.` })
  return files
}
