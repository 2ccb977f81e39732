import type { Readable } from 'node:stream'
import { TidemillError, type Artifact, type Digest } from '#contract'
import type { BatchStep, ByteRange, Clock, Metadata, ObjectStore, SqlValue } from '#store'
import { artifactPath } from './artifact-path.ts'
import { below } from './below.ts'
import type { TrackingTables } from './tables.ts'

/** A file, or a folder with files in it. */
export interface Listed {
  readonly path: string
  /** Absent for a folder, as the digest is. */
  readonly size?: number
  readonly digest?: string
}

/** Files by whose they are: a run's, a logged model's or a trace's. */
export interface Artifacts {
  /** Refuses a path that no file can have, here or at all, before any bytes of it come; answers it as it will be. */
  expectArtifact(owner: string, path: string): Promise<string>
  putArtifact(owner: string, path: string, bytes: Readable): Promise<Artifact>
  artifacts(owner: string): Promise<readonly Artifact[]>
  /** What lies directly in a folder; in the uppermost one with `''`. */
  listArtifacts(owner: string, folder: string): Promise<readonly Listed[]>
  findArtifact(owner: string, path: string): Promise<Artifact | undefined>
  /** The bytes, or a part of them; the whole is checked against its digest. */
  artifact(owner: string, path: string, range?: ByteRange): Promise<Readable>
  /** Removes a file, or a folder with all in it; says how many files went. */
  removeArtifact(owner: string, path: string): Promise<number>
}

export function openArtifacts(metadata: Metadata, objects: ObjectStore, clock: Clock): Artifacts {
  const database = metadata.tables<TrackingTables>()

  async function findArtifact(owner: string, path: string): Promise<Artifact | undefined> {
    const row = await database
      .selectFrom('artifacts')
      .select(['path', 'digest', 'size'])
      .where('owner', '=', owner)
      .where('path', '=', artifactPath(path))
      .executeTakeFirst()
    return row
  }

  /** A file in the way: one that stands where the path has a folder, or one below the path. */
  async function inTheWay(owner: string, path: string): Promise<string | undefined> {
    const row = await database
      .selectFrom('artifacts')
      .select('path')
      .where('owner', '=', owner)
      .where((where) =>
        where.or([...foldersOf(path).map((folder) => where('path', '=', folder)), inFolder(path)]),
      )
      .limit(1)
      .executeTakeFirst()
    return row?.path
  }

  async function expectArtifact(owner: string, path: string): Promise<string> {
    const checked = artifactPath(path)
    const other = await inTheWay(owner, checked)
    if (other === undefined) return checked
    const [file, folder] = other.length < checked.length ? [other, checked] : [checked, other]
    const problem = `"${checked}" cannot be logged beside "${other}": ${file} would be a file and, for ${folder}, a folder. Log it under another path, or remove "${other}" first.`
    throw new TidemillError('conflict', { problem })
  }

  const inFolder = (folder: string) => below('path', folder, metadata.dialect)

  return {
    findArtifact,

    expectArtifact,

    async putArtifact(owner, path, bytes) {
      const checked = await expectArtifact(owner, path)
      const { digest, size } = await objects.put(bytes)
      const row = [owner, checked, digest, size, clock.now()]
      // While the bytes came another may have taken the place.
      const isKept = await metadata.batch(insertWhereFree(row, checked, metadata.dialect))
      if (!isKept) await expectArtifact(owner, path)
      return { path: checked, digest, size }
    },

    async artifacts(owner) {
      const rows = await database
        .selectFrom('artifacts')
        .select(['path', 'digest', 'size'])
        .where('owner', '=', owner)
        .execute()
      return byPath(rows)
    },

    async listArtifacts(owner, folder) {
      const start = folder === '' ? '' : `${artifactPath(folder)}/`
      let select = database
        .selectFrom('artifacts')
        .select(['path', 'size', 'digest'])
        .where('owner', '=', owner)
      if (folder !== '') select = select.where(inFolder(artifactPath(folder)))
      const seen = new Map<string, Listed>()
      for (const { path, size, digest } of byPath(await select.execute())) {
        const [name = '', ...rest] = path.slice(start.length).split('/')
        const own = start + name
        seen.set(own, rest.length === 0 ? { path: own, size, digest } : { path: own })
      }
      return [...seen.values()]
    },

    async artifact(owner, path, range) {
      const found = await findArtifact(owner, path)
      if (!found) throw new TidemillError('not_found', { kind: 'artifact', name: path })
      const digest = found.digest as Digest
      return range ? objects.part(digest, range) : objects.get(digest)
    },

    async removeArtifact(owner, path) {
      const checked = artifactPath(path)
      const { numDeletedRows } = await database
        .deleteFrom('artifacts')
        .where('owner', '=', owner)
        .where((where) => where.or([where('path', '=', checked), inFolder(checked)]))
        .executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}

/** The folders that a path is in, from the uppermost. */
function foldersOf(path: string): readonly string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'))
}

/** Writes a file unless another is in its way; of two at once the second sees the first. */
function insertWhereFree(
  row: readonly SqlValue[],
  path: string,
  dialect: Metadata['dialect'],
): readonly BatchStep[] {
  const [owner = ''] = row
  const folders = foldersOf(path)
  const [isBelow, range] =
    dialect === 'sqlite'
      ? ['(path >= ? and path < ?)', [`${path}/`, `${path}0`]]
      : ['starts_with(path, ?)', [`${path}/`]]
  const inFolders = folders.map(() => ' or path = ?').join('')
  const sql = `insert into artifacts (owner, path, digest, size, created_at)
    select cast(? as text), cast(? as text), cast(? as text), cast(? as bigint), cast(? as bigint)
    where not exists (select 1 from artifacts where owner = ? and (${isBelow}${inFolders}))
    on conflict (owner, path) do update set digest = excluded.digest, size = excluded.size`
  const insert = { sql, rows: [[...row, owner, ...range, ...folders]], everyRow: true }
  if (dialect === 'sqlite') return [insert]
  const lock = 'select pg_advisory_xact_lock(hashtextextended(?, 0))'
  return [{ sql: lock, rows: [[owner]] }, insert]
}

/** In the same order whatever order the database gives texts. */
function byPath<T extends { readonly path: string }>(rows: readonly T[]): readonly T[] {
  return rows.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
