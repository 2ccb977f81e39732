import { operations } from '#contract'
import { implement } from '../handler.ts'
import {
  datasetLineage,
  modelLineage,
  predictionLineage,
  rowLineage,
} from '../steps/lineage-view.ts'

const { lineage } = operations

export const lineageHandlers = [
  implement(lineage.prediction, ({ id }, { rooms }) => predictionLineage(rooms, id)),
  implement(lineage.model, ({ name, version }, { rooms }) => modelLineage(rooms, name, version)),
  implement(lineage.dataset, ({ name, version }, { rooms }) =>
    datasetLineage(rooms, name, version),
  ),
  implement(lineage.row, ({ name, version, row }, { rooms }) =>
    rowLineage(rooms, name, version, row),
  ),
]
