import { TidemillError } from '#contract'
import type { Clock, Metadata } from '#store'
import { among } from '../among.ts'
import { below } from '../below.ts'
import type { TrackingTables } from '../tables.ts'
import { folderPath, isWithin } from './folder-path.ts'

const longestName = 500

/** Experiments with `/` in their names as a tree: a folder is there while an experiment is in it. */
export interface Folders {
  /** Gives all experiments in a folder, removed ones too, their place in another; says which, by their new names. */
  renameFolder(folder: string, to: string): Promise<readonly string[]>
  /** Throws what `renameFolder` would throw, and changes nothing. */
  checkFolderMove(folder: string, to: string): Promise<void>
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

  /** What the experiments of a folder would be called in another, or why they cannot go there. */
  async function renamed(given: string, target: string, tx: typeof database) {
    const [folder, to] = [folderPath(given), folderPath(target)]
    if (folder === '') {
      throw new TidemillError('bad_request', { problem: 'The uppermost folder has no name.' })
    }
    if (isWithin(folder, `${to}/x`) && to !== '') {
      const problem = `The folder ${folder} cannot go into itself (${to}).`
      throw new TidemillError('bad_request', { problem })
    }
    const found = await within(folder, tx)
    if (found.length === 0) throw new TidemillError('not_found', { kind: 'folder', name: folder })
    const moved = found.map(({ id, name }) => {
      const rest = name.slice(folder.length + 1)
      return { id, name: to === '' ? rest : `${to}/${rest}` }
    })
    const names = moved.map(({ name }) => name)
    const long = names.find((name) => name.length > longestName)
    if (long !== undefined) {
      const problem = `${long.slice(0, 60)}… would be longer than ${longestName} characters.`
      throw new TidemillError('bad_request', { problem })
    }
    const going = new Set(moved.map(({ id }) => id))
    const there = await tx
      .selectFrom('experiments')
      .select(['id', 'name'])
      .where(among('name', names, metadata.dialect))
      .execute()
    const taken = there.find(({ id }) => !going.has(id))
    if (taken) throw new TidemillError('already_exists', { kind: 'experiment', name: taken.name })
    // A name that another one of them leaves is free only after that: on the way up the shorter go first.
    return moved.toSorted((a, b) => a.name.length - b.name.length)
  }

  return {
    experimentsIn: (folder, which = 'all') => within(folderPath(folder), database, which),

    async checkFolderMove(folder, to) {
      await renamed(folder, to, database)
    },

    renameFolder: (folder, to) =>
      metadata.transaction<TrackingTables, readonly string[]>(async (tx) => {
        const moved = await renamed(folder, to, tx)
        for (const { id, name } of moved) {
          await tx
            .updateTable('experiments')
            .set({ name, updated_at: clock.now() })
            .where('id', '=', id)
            .execute()
        }
        return moved.map(({ name }) => name).toSorted()
      }),
  }
}
