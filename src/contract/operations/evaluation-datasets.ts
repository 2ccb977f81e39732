import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Cursor, Done, Id, Limit } from '../shapes/common.ts'
import {
  EvaluationDataset,
  EvaluationDatasetRemoval,
  EvaluationRecord,
} from '../shapes/evaluation-dataset.ts'

export const evaluationDatasets = {
  search: operation({
    name: 'evaluationDatasets.search',
    method: 'GET',
    path: '/api/evaluation-datasets',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'Evaluation data sets, newest first, by experiment, words of the name or a filter',
    input: Type.Object({
      experiment: Type.Optional(Type.String()),
      text: Type.Optional(Type.String({ maxLength: 500, description: 'Words of the name' })),
      filter: Type.Optional(
        Type.String({ maxLength: 10_000, description: "For example: tags.lang = 'en'" }),
      ),
      order: Type.Optional(Type.String({ description: 'For example: last_update_time desc' })),
      cursor: Cursor,
      limit: Limit,
    }),
    output: Type.Object({
      datasets: Type.Array(EvaluationDataset),
      next: Type.Optional(Type.String()),
    }),
  }),
  get: operation({
    name: 'evaluationDatasets.get',
    method: 'GET',
    path: '/api/evaluation-datasets/:dataset',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'One evaluation data set, without its records',
    input: Type.Object({ dataset: Id }),
    output: Type.Object({ dataset: EvaluationDataset }),
  }),
  records: operation({
    name: 'evaluationDatasets.records',
    method: 'GET',
    path: '/api/evaluation-datasets/:dataset/records',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'The records of an evaluation data set, oldest first, or those with some words',
    input: Type.Object({
      dataset: Id,
      text: Type.Optional(
        Type.String({ maxLength: 500, description: 'Words of any part of a record' }),
      ),
      cursor: Cursor,
      limit: Limit,
    }),
    output: Type.Object({
      records: Type.Array(EvaluationRecord),
      next: Type.Optional(Type.String()),
    }),
  }),
  record: operation({
    name: 'evaluationDatasets.record',
    method: 'GET',
    path: '/api/evaluation-datasets/:dataset/records/:record',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'One record of an evaluation data set',
    input: Type.Object({ dataset: Id, record: Id }),
    output: Type.Object({ record: EvaluationRecord }),
  }),
  download: operation({
    name: 'evaluationDatasets.download',
    method: 'GET',
    path: '/api/evaluation-datasets/:dataset/download',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'All records as JSON lines, which MLflow’s merge_records takes back, or as CSV',
    kind: 'download',
    input: Type.Object({ dataset: Id, format: Type.Optional(Type.Enum(['jsonl', 'csv'])) }),
    output: Type.Unknown(),
  }),
  tag: operation({
    name: 'evaluationDatasets.tag',
    method: 'PUT',
    path: '/api/evaluation-datasets/:dataset/tags',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Sets tags of an evaluation data set; null takes one off',
    input: Type.Object({
      dataset: Id,
      tags: Type.Record(Type.String(), Type.Union([Type.String({ maxLength: 5000 }), Type.Null()])),
    }),
    output: Type.Object({ dataset: EvaluationDataset }),
  }),
  removeRecord: operation({
    name: 'evaluationDatasets.removeRecord',
    method: 'DELETE',
    path: '/api/evaluation-datasets/:dataset/records/:record',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Removes one record for good',
    input: Type.Object({ dataset: Id, record: Id }),
    output: Done,
  }),
  remove: operation({
    name: 'evaluationDatasets.remove',
    method: 'DELETE',
    path: '/api/evaluation-datasets/:dataset',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Removes an evaluation data set with its records for good',
    input: Type.Object({
      dataset: Id,
      dry: Type.Optional(Type.Boolean({ description: 'Only says what would go' })),
    }),
    output: EvaluationDatasetRemoval,
  }),
}
