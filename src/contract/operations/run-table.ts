import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Done, Id } from '../shapes/common.ts'
import { GroupHistory, RunGroup, RunHistory, RunRows } from '../shapes/run-table.ts'

const experiments = Type.String({
  minLength: 1,
  maxLength: 5000,
  description: 'Experiments by identifier, separated by commas',
})
const columns = Type.String({
  maxLength: 100_000,
  description: 'For example: metrics.f1,params.k,tags.team',
})
const which = {
  experiments,
  filter: Type.Optional(Type.String({ maxLength: 10_000 })),
  removed: Type.Optional(Type.Boolean({ description: 'The removed runs instead of the others' })),
  group: Type.Optional(
    Type.String({
      maxLength: 20_000,
      description: 'One group alone, as JSON: [["params.k","5"],["tags.team",null]]',
    }),
  ),
}
const rows = Type.Array(Type.Integer(), {
  description: 'Runs by the number `table.order` gives',
})
const ids = Type.Array(Id, { maxItems: 100 })
const metric = Type.String({ minLength: 1, maxLength: 250 })
const points = Type.Optional(Type.Integer({ minimum: 2, maximum: 20_000 }))
const smooth = Type.Optional(
  Type.Number({
    minimum: 0,
    exclusiveMaximum: 1,
    description: 'Weight of what came before in an exponential moving average',
  }),
)

/** What a page needs to show very many runs: their order at once, their values only for the part in sight. */
export const table = {
  order: operation({
    name: 'table.order',
    method: 'GET',
    path: '/api/run-table/order',
    permission: 'tracking:read',
    perExperiment: true,
    summary:
      'The numbers of all runs of a search in their order, for a table that reads values as rows come in sight',
    input: Type.Object({
      ...which,
      order: Type.Optional(Type.String({ maxLength: 2000 })),
      nested: Type.Optional(Type.Boolean({ description: 'Tells the parents too' })),
    }),
    output: Type.Object({
      rows,
      /** The parent of each row, 0 where it has none among the rows. */
      parents: Type.Optional(Type.Array(Type.Integer())),
      /** How many there are; more than `rows` holds when there are very many. */
      total: Type.Integer(),
    }),
  }),
  check: operation({
    name: 'table.check',
    method: 'GET',
    path: '/api/run-table/check',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'Whether a filter can be read, and where not',
    input: Type.Object({ filter: Type.String({ maxLength: 10_000 }) }),
    output: Type.Object({
      problem: Type.Optional(Type.String()),
      /** The character it stopped at, counted from 0. */
      at: Type.Optional(Type.Integer()),
    }),
  }),
  rows: operation({
    name: 'table.rows',
    method: 'POST',
    path: '/api/run-table/rows',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'Chosen columns of some runs, by column',
    input: Type.Object({
      rows: Type.Optional(Type.Array(Type.Integer(), { maxItems: 10_000 })),
      runs: Type.Optional(Type.Array(Id, { maxItems: 10_000 })),
      columns: Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { maxItems: 2000 })),
      by: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 1000,
          description: 'What they are grouped by, where the group of each is asked for',
        }),
      ),
    }),
    output: RunRows,
  }),
  groups: operation({
    name: 'table.groups',
    method: 'GET',
    path: '/api/run-table/groups',
    permission: 'tracking:read',
    perExperiment: true,
    summary:
      'Runs grouped by params, tags, data sets or attributes, with count, least, greatest and mean of metrics',
    input: Type.Object({
      ...which,
      by: Type.String({
        minLength: 1,
        maxLength: 1000,
        description: 'For example: params.k,status',
      }),
      columns: Type.Optional(columns),
    }),
    output: Type.Object({ groups: Type.Array(RunGroup), total: Type.Integer() }),
  }),
  keys: operation({
    name: 'table.keys',
    method: 'GET',
    path: '/api/run-table/keys',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'The keys of metrics, params and tags that the runs of experiments have',
    input: Type.Object({
      experiments,
      text: Type.Optional(Type.String({ maxLength: 250, description: 'A part of the key' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5000 })),
    }),
    output: Type.Object({
      metrics: Type.Array(Type.String()),
      params: Type.Array(Type.String()),
      tags: Type.Array(Type.String()),
      /** How many of each there are in all. */
      total: Type.Object({
        metrics: Type.Integer(),
        params: Type.Integer(),
        tags: Type.Integer(),
      }),
    }),
  }),
  values: operation({
    name: 'table.values',
    method: 'GET',
    path: '/api/run-table/values',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'The commonest values of a param, a tag or an attribute',
    input: Type.Object({
      experiments,
      of: Type.String({ minLength: 1, maxLength: 300, description: 'For example: params.k' }),
      text: Type.Optional(Type.String({ maxLength: 250, description: 'How the value begins' })),
    }),
    output: Type.Object({
      values: Type.Array(Type.Object({ value: Type.String(), runs: Type.Integer() })),
    }),
  }),
  histories: operation({
    name: 'table.histories',
    method: 'POST',
    path: '/api/run-table/histories',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'One metric over the steps of several runs, extremes kept, smoothed where asked',
    input: Type.Object({
      runs: ids,
      ...{ key: metric, points, smooth },
      x: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 250,
          description: 'Another metric to draw it over',
        }),
      ),
    }),
    output: Type.Object({ histories: Type.Array(RunHistory) }),
  }),
  groupHistories: operation({
    name: 'table.groupHistories',
    method: 'POST',
    path: '/api/run-table/group-histories',
    permission: 'tracking:read',
    perExperiment: true,
    summary:
      'One metric over the steps of groups of runs: mean, least and greatest at each step, of the newest 50 runs of each',
    input: Type.Object({
      ...{ experiments, filter: which.filter, removed: which.removed },
      by: Type.String({ minLength: 1, maxLength: 1000, description: 'For example: params.k' }),
      groups: Type.Array(RunGroup.properties.values, { maxItems: 20 }),
      ...{ key: metric, points, smooth },
    }),
    output: Type.Object({ histories: Type.Array(GroupHistory) }),
  }),
  files: operation({
    name: 'table.files',
    method: 'POST',
    path: '/api/run-table/files',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'The paths of files that runs have, and which runs have them',
    input: Type.Object({
      runs: ids,
      endings: Type.Optional(
        Type.Array(Type.String({ pattern: '^\\.[a-z0-9]+$' }), { maxItems: 20 }),
      ),
    }),
    output: Type.Object({
      files: Type.Array(Type.Object({ path: Type.String(), runs: Type.Array(Id) })),
    }),
  }),
  csv: operation({
    name: 'table.csv',
    method: 'GET',
    path: '/api/run-table/csv',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'All runs of a search with the chosen columns as CSV',
    kind: 'download',
    input: Type.Object({
      ...which,
      order: Type.Optional(Type.String({ maxLength: 2000 })),
      columns: Type.Optional(columns),
    }),
    output: Type.Unknown(),
  }),
  change: operation({
    name: 'table.change',
    method: 'POST',
    path: '/api/run-table/change',
    permission: 'tracking:write',
    perExperiment: true,
    summary:
      'Sets or clears tags of many runs, removes them or brings them back; all of them or none',
    input: Type.Object({
      rows: Type.Array(Type.Integer(), { minItems: 1, maxItems: 200_000 }),
      tags: Type.Optional(
        Type.Record(Type.String(), Type.Union([Type.String({ maxLength: 8000 }), Type.Null()]), {
          description: 'null clears',
        }),
      ),
      removed: Type.Optional(Type.Boolean()),
    }),
    output: Type.Object({ changed: Type.Integer() }),
  }),
}

/** Beside what `runs` does with experiments. */
export const experimentOperations = {
  tag: operation({
    name: 'experiments.tag',
    method: 'POST',
    path: '/api/experiments/:experiment/tags',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Sets or clears tags of an experiment',
    input: Type.Object({
      experiment: Id,
      tags: Type.Record(
        Type.String(),
        Type.Union([Type.String({ maxLength: 20_000 }), Type.Null()]),
        {
          description: 'null clears',
        },
      ),
    }),
    output: Done,
  }),
}
