import type { Kysely } from 'kysely'
import type { Manifest } from '#contract'
import type { RegistryTables } from './tables.ts'
import type { NewVersion } from './new-version.ts'

/** What was registered before manifests were kept gets its own, and the address of its files. */
export async function completeVersion(
  tx: Kysely<RegistryTables>,
  added: NewVersion,
  version: number,
): Promise<void> {
  const manifest = added.manifest ? JSON.stringify(added.manifest) : null
  await tx
    .updateTable('model_versions')
    .set({ uri: added.uri ?? null, manifest })
    .where('model', '=', added.model)
    .where('version', '=', version)
    .where('manifest', 'is', null)
    .execute()
}

/** A version of these very files in this very place; what was registered before manifests were kept is known by its digest alone. */
export async function sameVersion(
  tx: Kysely<RegistryTables>,
  added: NewVersion,
): Promise<number | undefined> {
  const rows = await tx
    .selectFrom('model_versions')
    .select(['version', 'manifest'])
    .where('model', '=', added.model)
    .where('digest', '=', added.artifact.digest)
    .where('run', added.run === undefined ? 'is' : '=', added.run?.id ?? null)
    .execute()
  return rows.find(({ manifest }) => {
    const known = manifest === null ? undefined : (JSON.parse(manifest) as Manifest)
    const { digest, folder } = added.manifest ?? {}
    return known === undefined || (known.digest === digest && known.folder === folder)
  })?.version
}
