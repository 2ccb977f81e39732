import type { Selectable } from 'kysely'
import type { Prediction } from '#contract'
import type { ServingTables } from './tables.ts'

// A commit whose answer was lost is made again, and finds its rows there.
export const insertRow = `insert into predictions (id, endpoint, model, version, at, features, prediction, probabilities, label, labelled_at)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`

/** What `insertRow` takes; a label comes later. */
export function valuesOf(prediction: Prediction): (string | number | null)[] {
  return [
    prediction.id,
    prediction.endpoint,
    prediction.model,
    prediction.version,
    prediction.time,
    JSON.stringify(prediction.features),
    prediction.prediction,
    prediction.probabilities ? JSON.stringify(prediction.probabilities) : null,
    null,
    null,
  ]
}

export function record(row: Selectable<ServingTables['predictions']>): Prediction {
  return {
    id: row.id,
    endpoint: row.endpoint,
    model: row.model,
    version: row.version,
    time: row.at,
    features: JSON.parse(row.features) as Prediction['features'],
    prediction: row.prediction,
    ...(row.probabilities === null
      ? {}
      : {
          probabilities: JSON.parse(row.probabilities) as NonNullable<Prediction['probabilities']>,
        }),
    ...(row.label === null ? {} : { label: row.label }),
    ...(row.labelled_at === null ? {} : { labelledAt: row.labelled_at }),
  }
}
