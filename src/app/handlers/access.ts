import { reachOf } from '#auth'
import { operations, TidemillError, type PlaceGrant } from '#contract'
import { folderPath } from '#tracking'
import { experimentReach, type ExperimentReach } from '../experiment-reach.ts'
import { implement, type Context } from '../handler.ts'

const { runs } = operations

export const accessHandlers = [
  implement(runs.access, async (_, context) => ({ grants: [...(await managed(context))] })),

  implement(runs.grantAccess, async (input, context) => {
    const { app, rooms } = context
    const { experiment, folder, user, group, role } = input
    const holder = oneOf({ user, group })
    const place = oneOf({
      experiment,
      folder: folder === undefined ? undefined : folderPath(folder),
    })
    const reach = reachIn(context)
    if (place.kind === 'folder') {
      if (place.name === '') {
        const problem = 'The uppermost folder is the project: give a role there with users.grant.'
        throw new TidemillError('bad_request', { problem })
      }
      const may = reach.mayInFolder('tracking:manage', place.name)
      if (!may) throw reach.forbidden('tracking:manage')
    }
    let id = place.name
    if (place.kind === 'experiment') {
      const found = await rooms.tracking.findExperiment(place.name)
      await reach.need('tracking:manage', found?.id, { kind: 'experiment', name: place.name })
      id = found?.id ?? ''
    }
    await app.auth.places.grant(rooms.project, {
      ...{ kind: place.kind, place: id, holderKind: holder.kind, holder: holder.name },
      ...(role === undefined ? {} : { role }),
    })
    const said = `${role ?? 'no role'} in ${place.kind} ${place.name} of ${rooms.project}`
    await app.auth.audit.record({
      ...{ who: context.who, what: 'runs.grantAccess', object: holder.name, detail: said },
    })
    app.events.emit('runs', '*')
    return { grants: [...(await managed(context))] }
  }),
]

/** The one of two that is given. */
function oneOf<Kind extends string>(
  given: Readonly<Record<Kind, string | undefined>>,
): { readonly kind: Kind; readonly name: string } {
  const there = (Object.keys(given) as Kind[]).filter((kind) => given[kind] !== undefined)
  const [kind] = there
  if (kind !== undefined && there.length === 1) return { kind, name: given[kind] ?? '' }
  const problem = `Say one of: ${Object.keys(given).join(', ')}.`
  throw new TidemillError('bad_request', { problem })
}

function reachIn({ rooms, identity }: Context): ExperimentReach {
  const reach = reachOf(identity, rooms.project)
  return experimentReach(rooms.tracking, reach, identity.name, rooms.project)
}

/** The roles in parts of the project that the caller may change, each with the name of its place. */
async function managed(
  context: Context,
): Promise<readonly (PlaceGrant & { readonly name: string })[]> {
  const { app, rooms } = context
  const reach = reachIn(context)
  const experiments = await rooms.tracking.experimentsIn('')
  const named = new Map(experiments.map((each) => [each.id, each]))
  return (await app.auth.places.list(rooms.project)).flatMap((grant) => {
    if (grant.kind === 'folder') {
      return reach.mayInFolder('tracking:manage', grant.place)
        ? [{ ...grant, name: grant.place }]
        : []
    }
    const experiment = named.get(grant.place)
    const may = experiment && reach.may('tracking:manage', experiment)
    return may ? [{ ...grant, name: experiment.name }] : []
  })
}
