import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Done, Id, Name } from '../shapes/common.ts'
import {
  ExperimentName,
  ExperimentTree,
  FolderPath,
  GarbageReport,
  Hidden,
  RunIds,
} from '../shapes/organise.ts'
import { JobRecord } from '../shapes/job.ts'
import { Experiment } from '../shapes/run.ts'
import { PlaceGrant } from './identity.ts'

const experiment = Type.Object({ experiment: Id })
const oneExperiment = Type.Object({ experiment: Experiment })

/** With the experiment's name, which people know it by. */
const NamedGrant = Type.Object({ ...PlaceGrant.properties, name: Type.String() })

/** Experiments in folders, and runs from one to another. */
export const organise = {
  tree: operation({
    name: 'runs.tree',
    method: 'GET',
    path: '/api/experiments/tree',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'Experiments as a tree: names with / between their parts are folders',
    input: Type.Object({}),
    output: ExperimentTree,
  }),
  createExperiment: operation({
    name: 'runs.createExperiment',
    method: 'POST',
    path: '/api/experiments',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Makes an experiment; a name with / puts it in a folder',
    input: Type.Object({
      name: ExperimentName,
      tags: Type.Optional(Type.Record(Type.String(), Type.String())),
    }),
    output: oneExperiment,
  }),
  renameExperiment: operation({
    name: 'runs.renameExperiment',
    method: 'PUT',
    path: '/api/experiments/:experiment/name',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Renames an experiment, or puts it in another folder',
    input: Type.Object({ experiment: Id, name: ExperimentName }),
    output: oneExperiment,
  }),
  removeExperiment: operation({
    name: 'runs.removeExperiment',
    method: 'DELETE',
    path: '/api/experiments/:experiment',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Hides an experiment with its runs; its name stays taken until `gc`',
    input: experiment,
    output: Done,
  }),
  restoreExperiment: operation({
    name: 'runs.restoreExperiment',
    method: 'POST',
    path: '/api/experiments/:experiment/restore',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Brings a removed experiment back with the runs that went with it',
    input: experiment,
    output: oneExperiment,
  }),
  moveFolder: operation({
    name: 'runs.moveFolder',
    method: 'POST',
    path: '/api/folders/move',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Renames a folder, or puts it in another: all experiments in it go along',
    input: Type.Object({ folder: FolderPath, to: FolderPath }),
    output: Type.Object({ experiments: Type.Array(Type.String()) }),
  }),
  move: operation({
    name: 'runs.move',
    method: 'POST',
    path: '/api/runs/move',
    permission: 'tracking:write',
    perExperiment: true,
    summary: 'Moves runs, and those nested in them, to another experiment with all that is theirs',
    input: Type.Object({
      runs: RunIds,
      /** By name. */
      to: ExperimentName,
      /** Whether an experiment that is not there is made. */
      create: Type.Optional(Type.Boolean()),
    }),
    output: Type.Object({
      experiment: Experiment,
      /** Those that were elsewhere before. */
      runs: Type.Array(Id),
      models: Type.Integer(),
      traces: Type.Integer(),
    }),
  }),
  count: operation({
    name: 'runs.count',
    method: 'GET',
    path: '/api/runs/count',
    permission: 'tracking:read',
    perExperiment: true,
    summary: 'How many runs a search would find',
    input: Type.Object({
      experiment: Type.Optional(Type.String()),
      folder: Type.Optional(FolderPath),
      filter: Type.Optional(Type.String({ maxLength: 10_000 })),
      removed: Hidden,
    }),
    output: Type.Object({ count: Type.Integer() }),
  }),
  rerun: operation({
    name: 'runs.rerun',
    method: 'POST',
    path: '/api/runs/:run/rerun',
    permission: 'pipeline:run',
    summary:
      'Makes a run again from its commit, params and data, as a job whose result compares the two',
    input: Type.Object({
      run: Id,
      /** Takes the commit as it is, though files differed from it. */
      ignoreUncommitted: Type.Optional(Type.Boolean()),
      arguments: Type.Optional(
        Type.Array(Type.String({ maxLength: 8000, pattern: '^[^\\x00]*$' }), {
          ...{
            maxItems: 500,
            description: 'What its script is given instead of what is on record',
          },
        }),
      ),
    }),
    output: Type.Object({ job: JobRecord }),
  }),
  access: operation({
    name: 'runs.access',
    method: 'GET',
    path: '/api/access',
    permission: 'tracking:manage',
    perExperiment: true,
    summary: 'Who has a role in one experiment or folder, of those the caller manages',
    input: Type.Object({}),
    output: Type.Object({ grants: Type.Array(NamedGrant) }),
  }),
  grantAccess: operation({
    name: 'runs.grantAccess',
    method: 'PUT',
    path: '/api/access',
    permission: 'tracking:manage',
    perExperiment: true,
    summary:
      'Gives a user or a group a role in one experiment (by name) or folder; no role takes it away',
    input: Type.Object({
      experiment: Type.Optional(ExperimentName),
      folder: Type.Optional(FolderPath),
      user: Type.Optional(Name),
      group: Type.Optional(Name),
      role: Type.Optional(PlaceGrant.properties.role),
    }),
    output: Type.Object({ grants: Type.Array(NamedGrant) }),
  }),
  gc: operation({
    name: 'runs.gc',
    method: 'POST',
    path: '/api/runs/gc',
    permission: 'tracking:manage',
    perExperiment: true,
    summary:
      'Ends what was removed: rows, files, bytes nothing names, names of experiments; says what would go unless dry is false',
    input: Type.Object({
      /** Only what was removed at least so long ago. */
      olderThanMs: Type.Optional(Type.Integer({ minimum: 0 })),
      experiment: Type.Optional(Type.String()),
      folder: Type.Optional(FolderPath),
      runs: Type.Optional(RunIds),
      dry: Type.Optional(Type.Boolean({ description: 'Says what would go (true unless said)' })),
    }),
    output: GarbageReport,
  }),
}
