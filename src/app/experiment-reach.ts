import { roleMay, type Reach } from '#auth'
import { TidemillError, type Permission } from '#contract'
import { isWithin, type Tracking } from '#tracking'
import { found } from './found.ts'

interface Named {
  readonly id: string
  readonly name: string
}

/** What somebody may do with which experiments of a project. */
export interface ExperimentReach {
  /** Whether they may with all of them. */
  mayEverywhere(permission: Permission): boolean
  may(permission: Permission, experiment: Named): boolean
  /** Whether they may with whatever will ever be in a folder. */
  mayInFolder(permission: Permission, folder: string): boolean
  /** The experiments they may see; undefined for all. */
  visible(): Promise<ReadonlySet<string> | undefined>
  /** Throws: for what may not be seen as if it were not there, for what may be seen and no more that it is forbidden. */
  need(permission: Permission, experimentId: string | undefined, missing: Missing): Promise<void>
  /** The same of runs, logged models and traces. */
  needOwner(permission: Permission, owner: string): Promise<void>
  needOwners(permission: Permission, owners: readonly string[]): Promise<void>
  forbidden(permission: Permission): TidemillError
}

export interface Missing {
  readonly kind: string
  readonly name: string
}

export function experimentReach(
  tracking: Tracking,
  { everywhere, places }: Reach,
  who: string,
  project: string,
): ExperimentReach {
  const mayEverywhere = (permission: Permission): boolean =>
    everywhere !== undefined && roleMay(everywhere, permission)

  const may = (permission: Permission, { id, name }: Named): boolean =>
    mayEverywhere(permission) ||
    places.some(
      ({ kind, place, role }) =>
        roleMay(role, permission) && (kind === 'experiment' ? place === id : isWithin(place, name)),
    )

  const mayInFolder = (permission: Permission, folder: string): boolean =>
    mayEverywhere(permission) || may(permission, { id: '', name: `${folder}/x` })

  const forbidden = (permission: Permission): TidemillError =>
    new TidemillError('forbidden', { who, permission, project })

  let known: Promise<ReadonlySet<string>> | undefined

  async function need(
    permission: Permission,
    id: string | undefined,
    missing: Missing,
  ): Promise<void> {
    const experiment = id === undefined ? undefined : await found(tracking.experiment(id))
    if (!experiment || !may('tracking:read', experiment)) {
      throw new TidemillError('not_found', { ...missing })
    }
    if (!may(permission, experiment)) throw forbidden(permission)
  }

  async function needOwners(permission: Permission, owners: readonly string[]): Promise<void> {
    const places = await tracking.experimentsOf(owners)
    const looked = new Set<string>()
    for (const owner of owners) {
      const experiment = places.get(owner)
      if (experiment !== undefined && looked.has(experiment)) continue
      await need(permission, experiment, { kind: kindOf(owner), name: owner })
      if (experiment !== undefined) looked.add(experiment)
    }
  }

  return {
    mayEverywhere,
    may,
    mayInFolder,
    forbidden,
    need,

    async visible() {
      if (mayEverywhere('tracking:read')) return undefined
      known ??= tracking
        .experimentsIn('')
        .then(
          (all) => new Set(all.filter((each) => may('tracking:read', each)).map(({ id }) => id)),
        )
      return known
    },

    needOwner: (permission, owner) => needOwners(permission, [owner]),
    needOwners,
  }
}

function kindOf(owner: string): string {
  if (owner.startsWith('m-')) return 'logged model'
  return owner.startsWith('tr-') ? 'trace' : 'run'
}
