import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { sql, type Kysely } from 'kysely'
import { isDigest, TidemillError } from '#contract'
import {
  countOn,
  dumpTable,
  loadRows,
  openSqlite,
  tableShapes,
  type Metadata,
  type PlainRow,
  type TableShape,
} from '#store'
import { linesOf } from './lines-of.ts'
import { productVersion } from './product-version.ts'
import type { Rooms } from './rooms.ts'

/**
 * A project as a folder of open formats:
 *
 *     manifest.json            what it is, by which version, how many rows of each table
 *     tables/<name>.jsonl      a row a line; blobs as {"$bytes": base64}, integers past 2^53 as {"$integer": text}
 *     objects/ab/cdef…         bytes by their sha256
 */
interface Manifest {
  readonly format: 'tidemill-project'
  readonly tidemill: string
  readonly project: string
  /** The schema the rows are of. */
  readonly schema: readonly string[]
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly sha256: string }>>
  readonly objects: number
}

export interface FolderResult {
  readonly folder: string
  readonly rows: number
  readonly objects: number
}

type OnPart = (part: string) => void
type AnyTables = Record<string, Record<string, unknown>>

/** Writes a project into a new folder, as it is at one moment; the folder has its name only once it is whole. */
export async function exportProject(
  rooms: Rooms,
  folder: string,
  onPart: OnPart = () => undefined,
): Promise<FolderResult> {
  const target = resolve(folder)
  if (existsSync(target)) throw new TidemillError('already_exists', { kind: 'file', name: folder })
  await mkdir(dirname(target), { recursive: true })
  const part = await mkdtemp(join(dirname(target), '.tidemill-export-'))
  try {
    await mkdir(join(part, 'tables'))
    const tables: Record<string, { rows: number; sha256: string }> = {}
    await atOneMoment(rooms.metadata, part, async (database, shapes) => {
      for (const shape of shapes) {
        tables[shape.name] = await writeTable(database, shape, join(part, 'tables'))
      }
    })
    // After the rows, so that every object they name is there.
    let objects = 0
    for await (const { digest } of rooms.objects.list()) {
      const path = objectPath(part, digest)
      await mkdir(dirname(path), { recursive: true })
      await pipeline(await rooms.objects.get(digest), createWriteStream(path))
      if (++objects % 50 === 0) onPart(`${objects} objects`)
    }
    const manifest: Manifest = {
      format: 'tidemill-project',
      tidemill: productVersion(),
      project: rooms.project,
      schema: await schemaOf(rooms.metadata),
      tables,
      objects,
    }
    await writeFile(join(part, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    await rename(part, target)
    const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0)
    return { folder, rows, objects }
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}

/** Brings a project's folder into a project that is empty; all of its rows or none. */
export async function importProject(
  rooms: Rooms,
  folder: string,
  onPart: OnPart = () => undefined,
): Promise<FolderResult> {
  const manifest = await readManifest(folder)
  const { metadata } = rooms
  const schema = await schemaOf(metadata)
  if (JSON.stringify(schema) !== JSON.stringify(manifest.schema)) {
    const problem = `${folder} was written by Tidemill ${manifest.tidemill} with another schema; bring it in with that version, then upgrade.`
    throw new TidemillError('bad_request', { problem })
  }
  const shapes = await shapesOf(metadata)
  await refuseFilled(metadata, shapes, rooms.project)
  const objects = await readObjects(rooms, folder, onPart)
  if (objects !== manifest.objects) {
    throw damaged(folder, `it holds ${objects} objects of ${manifest.objects}`)
  }
  let rows = 0
  await metadata.transaction<AnyTables, void>(async (tx) => {
    rows = 0
    for (const shape of shapes) {
      rows += await readTable(tx, shape, folder, manifest)
      await countOn(tx, metadata.dialect, shape)
    }
  })
  return { folder, rows, objects }
}

/** All tables but what processes tell each other of the moment. */
async function shapesOf(metadata: Metadata): Promise<readonly TableShape[]> {
  return (await tableShapes(metadata)).filter(({ name }) => name !== 'store_changes')
}

/** Reads a database as it is now, whatever is written meanwhile: SQLite from a copy, PostgreSQL in a transaction. */
async function atOneMoment(
  metadata: Metadata,
  folder: string,
  work: (database: Kysely<AnyTables>, shapes: readonly TableShape[]) => Promise<void>,
): Promise<void> {
  if (metadata.dialect === 'postgres') {
    const shapes = await shapesOf(metadata)
    await metadata.transaction<AnyTables, void>((tx) => work(tx, shapes))
    return
  }
  const file = join(folder, 'moment.db')
  await metadata.backup(file)
  const copy = await openSqlite({ file, readOnly: true })
  try {
    await work(copy.tables<AnyTables>(), await shapesOf(copy))
  } finally {
    await copy.close()
    for (const end of ['', '-wal', '-shm']) await rm(file + end, { force: true })
  }
}

async function schemaOf(metadata: Metadata): Promise<readonly string[]> {
  const { rows } = await sql<{ room: string; number: number }>`
    select room, number from schema_migrations order by room, number`.execute(
    metadata.tables<AnyTables>(),
  )
  return rows.map(({ room, number }) => `${room}/${number}`)
}

async function writeTable(
  database: Kysely<AnyTables>,
  shape: TableShape,
  folder: string,
): Promise<{ rows: number; sha256: string }> {
  const hash = createHash('sha256')
  let rows = 0
  await pipeline(
    async function* () {
      for await (const page of dumpTable(database, shape)) {
        const lines = page.map((row) => `${JSON.stringify(row, written)}\n`).join('')
        hash.update(lines)
        rows += page.length
        yield lines
      }
    },
    createWriteStream(join(folder, `${shape.name}.jsonl`)),
  )
  return { rows, sha256: hash.digest('hex') }
}

async function readTable(
  tx: Kysely<AnyTables>,
  shape: TableShape,
  folder: string,
  manifest: Manifest,
): Promise<number> {
  const file = join(folder, 'tables', `${shape.name}.jsonl`)
  const expected = manifest.tables[shape.name]
  if (!expected || !existsSync(file)) throw damaged(folder, `tables/${shape.name}.jsonl is missing`)
  const hash = createHash('sha256')
  let rows = 0
  let waiting: PlainRow[] = []
  for await (const line of linesOf(file)) {
    hash.update(`${line}\n`)
    waiting.push(JSON.parse(line, read) as PlainRow)
    if (waiting.length < 1000) continue
    rows += waiting.length
    await loadRows(tx, shape, waiting)
    waiting = []
  }
  await loadRows(tx, shape, waiting)
  rows += waiting.length
  if (hash.digest('hex') !== expected.sha256) {
    throw damaged(folder, `tables/${shape.name}.jsonl is not as it was written`)
  }
  return rows
}

/** Blobs and great integers as JSON can hold them. */
function written(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { $integer: String(value) }
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') }
  // A Buffer has turned itself into this before it comes here.
  if (isSerialBuffer(value)) return { $bytes: Buffer.from(value.data).toString('base64') }
  return value
}

function isSerialBuffer(value: unknown): value is { readonly data: number[] } {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer'
}

function read(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('$bytes' in value) return new Uint8Array(Buffer.from(String(value.$bytes), 'base64'))
  return '$integer' in value ? BigInt(String(value.$integer)) : value
}

async function refuseFilled(
  metadata: Metadata,
  shapes: readonly TableShape[],
  project: string,
): Promise<void> {
  const database = metadata.tables<AnyTables>()
  for (const { name } of shapes) {
    const row = await database.selectFrom(name).selectAll().limit(1).executeTakeFirst()
    if (!row) continue
    const problem = `The project ${project} is not empty (${name} has rows); import into a new one with --project NAME.`
    throw new TidemillError('conflict', { problem })
  }
}

async function readObjects(rooms: Rooms, folder: string, onPart: OnPart): Promise<number> {
  const root = join(folder, 'objects')
  if (!existsSync(root)) return 0
  let objects = 0
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const digest = `sha256:${basename(entry.parentPath)}${entry.name}`
    const stored = await rooms.objects.put(createReadStream(join(entry.parentPath, entry.name)))
    if (!isDigest(digest) || stored.digest !== digest) {
      await rooms.objects.delete(stored.digest)
      throw damaged(folder, `the object ${entry.name} has other bytes than its name says`)
    }
    if (++objects % 50 === 0) onPart(`${objects} objects`)
  }
  return objects
}

function objectPath(folder: string, digest: string): string {
  const hex = digest.slice('sha256:'.length)
  return join(folder, 'objects', hex.slice(0, 2), hex.slice(2))
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch((cause: unknown) => {
    const problem = `${folder} is no exported project: it has no manifest.json.`
    throw new TidemillError('bad_request', { problem }, cause)
  })
  const manifest = JSON.parse(text) as Manifest
  if (manifest.format === 'tidemill-project') return manifest
  throw damaged(folder, 'its manifest is of something else')
}

function damaged(folder: string, problem: string): TidemillError {
  return new TidemillError('bad_request', {
    problem: `${folder} cannot be brought in: ${problem}. Nothing was changed.`,
  })
}
