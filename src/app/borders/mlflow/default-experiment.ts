import { TidemillError } from '#contract'
import { isJson, jsonList, type Json } from '../../json.ts'
import type { Rooms } from '../../rooms.ts'

const usual = { id: '0', name: 'Default' } as const

/** The experiment a client names, by identifier. Where it names none it means MLflow's experiment 0, which is always there. */
export async function experimentNamedBy(rooms: Rooms, id: string = usual.id): Promise<string> {
  if (id !== usual.id) return id
  const found = await rooms.tracking.findExperiment(usual.name)
  if (found) return found.id
  await rooms.tracking.createExperiment(usual).catch((error: unknown) => {
    // Under another name it is there as well, and who may not make it sees no experiment that is not theirs.
    const isFine = ['already_exists', 'forbidden']
    if (!(error instanceof TidemillError && isFine.includes(error.code))) throw error
  })
  return usual.id
}

/** What a client sent, with the identifier that experiment 0 has here: "Default" may have been made under another one. */
export async function withDefaultMeant(rooms: Rooms, fields: Json): Promise<Json> {
  if (!namesUsual(fields)) return fields
  const found = await rooms.tracking.findExperiment(usual.name)
  return found === undefined || found.id === usual.id ? fields : replaced(fields, found.id)
}

const isUsual = (id: unknown): boolean => id === usual.id || id === 0

/** Experiments are named at the top, or in places as traces have them. */
function namesUsual({ experiment_id: one, experiment_ids: many, locations }: Json): boolean {
  const isIn = (list: unknown): boolean => Array.isArray(list) && list.some(isUsual)
  return isUsual(one) || isIn(one) || isUsual(many) || isIn(many) || placesOf(locations).length > 0
}

function placesOf(locations: unknown): readonly Json[] {
  return jsonList(locations)
}

function replaced(fields: Json, id: string): Json {
  const meant = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(meant) : isUsual(value) ? id : value
  const { experiment_id: one, experiment_ids: many, locations } = fields
  return {
    ...fields,
    ...(one === undefined ? {} : { experiment_id: meant(one) }),
    ...(many === undefined ? {} : { experiment_ids: meant(many) }),
    ...(Array.isArray(locations)
      ? {
          locations: locations.map((place: unknown) =>
            isJson(place) && isJson(place.mlflow_experiment)
              ? { ...place, mlflow_experiment: replaced(place.mlflow_experiment, id) }
              : place,
          ),
        }
      : {}),
  }
}
