import type { Readable } from 'node:stream'
import { TidemillError, type Artifact, type Digest } from '#contract'
import type { ByteRange, Clock, Metadata, ObjectStore } from '#store'
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
  /** Refuses a path that no file can have, before any bytes of it come; answers it as it will be. */
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

  const inFolder = (folder: string) => below('path', folder, metadata.dialect)

  return {
    findArtifact,

    expectArtifact: async (_owner, path) => artifactPath(path),

    async putArtifact(owner, path, bytes) {
      const checked = artifactPath(path)
      const { digest, size } = await objects.put(bytes)
      await database
        .insertInto('artifacts')
        .values({ owner, path: checked, digest, size, created_at: clock.now() })
        .onConflict((conflict) => conflict.columns(['owner', 'path']).doUpdateSet({ digest, size }))
        .execute()
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

/** In the same order whatever order the database gives texts. */
function byPath<T extends { readonly path: string }>(rows: readonly T[]): readonly T[] {
  return rows.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}
