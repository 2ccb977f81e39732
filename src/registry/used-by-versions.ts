import type { Metadata } from '#store'
import { ownPlaceOf } from '#tracking'
import type { RegistryTables } from './tables.ts'

/** The runs and logged models that registered versions were made from or have their files with, by identifier. */
export async function usedByVersions(
  metadata: Pick<Metadata, 'tables'>,
): Promise<ReadonlySet<string>> {
  const rows = await metadata
    .tables<RegistryTables>()
    .selectFrom('model_versions')
    .select(['run', 'uri'])
    .distinct()
    .execute()
  const used = new Set<string>()
  for (const { run, uri } of rows) {
    if (run !== null) used.add(run)
    const place = uri === null ? undefined : ownPlaceOf(uri)
    if (place) used.add(place.owner)
  }
  return used
}
