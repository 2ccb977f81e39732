import { TidemillError } from '#contract'
import type { Clock, Metadata } from '#store'
import { below } from '../below.ts'
import type { TrackingTables } from '../tables.ts'
import { folderPath, isWithin } from './folder-path.ts'

const longestName = 500

/** Experiments with `/` in their names as a tree: a folder is there while an experiment is in it. */
export interface Folders {
  /** Gives all experiments in a folder, removed ones too, their place in another; says which, by their new names. */
  renameFolder(folder: string, to: string): Promise<readonly string[]>
  /** The identifiers and names of experiments in a folder and below; all of them with `''`. Removed ones too, unless said. */
  experimentsIn(
    folder: string,
    which?: 'active' | 'all',
  ): Promise<readonly { readonly id: string; readonly name: string }[]>
}

export function openFolders(metadata: Metadata, clock: Clock): Folders {
  const database = metadata.tables<TrackingTables>()

  async function within(folder: string, tx = database, which: 'active' | 'all' = 'all') {
    let select = tx.selectFrom('experiments').select(['id', 'name']).orderBy('name')
    if (which === 'active') select = select.where('removed_at', 'is', null)
    const rows = await (
      folder === '' ? select : select.where(below('name', folder, metadata.dialect))
    ).execute()
    return rows.filter(({ name }) => isWithin(folder, name))
  }

  return {
    experimentsIn: (folder, which = 'all') => within(folderPath(folder), database, which),

    async renameFolder(given, target) {
      const [folder, to] = [folderPath(given), folderPath(target)]
      if (folder === '') {
        throw new TidemillError('bad_request', { problem: 'The uppermost folder has no name.' })
      }
      if (isWithin(folder, `${to}/x`) && to !== '') {
        const problem = `The folder ${folder} cannot go into itself (${to}).`
        throw new TidemillError('bad_request', { problem })
      }
      return metadata.transaction<TrackingTables, readonly string[]>(async (tx) => {
        const found = await within(folder, tx)
        if (found.length === 0)
          throw new TidemillError('not_found', { kind: 'folder', name: folder })
        const renamed = found.map(({ id, name }) => {
          const rest = name.slice(folder.length + 1)
          return { id, name: to === '' ? rest : `${to}/${rest}` }
        })
        for (const { id, name } of renamed) {
          if (name.length > longestName) {
            const problem = `${name.slice(0, 60)}… would be longer than ${longestName} characters.`
            throw new TidemillError('bad_request', { problem })
          }
          const taken = await tx
            .selectFrom('experiments')
            .select('id')
            .where('name', '=', name)
            .executeTakeFirst()
          if (taken) throw new TidemillError('already_exists', { kind: 'experiment', name })
          await tx
            .updateTable('experiments')
            .set({ name, updated_at: clock.now() })
            .where('id', '=', id)
            .execute()
        }
        return renamed.map(({ name }) => name)
      })
    },
  }
}
