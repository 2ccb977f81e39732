import type { Command } from 'commander'

export interface ListedCommand {
  readonly name: string
  readonly summary: string
  /** Loaded only when the command runs: heavy imports cost more than the whole of `--help`. */
  readonly load: () => Promise<{ readonly command: () => Command }>
}

interface CommandGroup {
  readonly title: string
  readonly commands: readonly ListedCommand[]
}

export const commandGroups: readonly CommandGroup[] = [
  {
    title: 'Start',
    commands: [
      {
        name: 'init',
        summary: 'make a project here, or from a template',
        load: () => import('./commands/init.ts'),
      },
      {
        name: 'demo',
        summary: 'run a whole loop on an example and stay up',
        load: () => import('./commands/demo.ts'),
      },
      {
        name: 'server',
        summary: 'start everything in one process',
        load: () => import('./commands/server.ts'),
      },
      {
        name: 'doctor',
        summary: 'check this machine and this home',
        load: () => import('./commands/doctor.ts'),
      },
    ],
  },
  {
    title: 'The loop',
    commands: [
      {
        name: 'plan',
        summary: 'show what apply would change',
        load: () => import('./commands/plan.ts'),
      },
      {
        name: 'apply',
        summary: 'make what tidemill.yaml declares so',
        load: () => import('./commands/apply.ts'),
      },
      {
        name: 'data',
        summary: 'import, look at, check, clean and query datasets',
        load: () => import('./commands/data.ts'),
      },
      {
        name: 'features',
        summary: 'values as they were at a time, and as they are now',
        load: () => import('./commands/features.ts'),
      },
      {
        name: 'train',
        summary: 'train a model on a dataset and keep the run',
        load: () => import('./commands/train.ts'),
      },
      {
        name: 'search',
        summary: 'try many settings and keep each as a run',
        load: () => import('./commands/search.ts'),
      },
      {
        name: 'runs',
        summary: 'list, show and compare runs',
        load: () => import('./commands/runs.ts'),
      },
      {
        name: 'evaluate',
        summary: 'check a model version against its requirements',
        load: () => import('./commands/evaluate.ts'),
      },
      {
        name: 'models',
        summary: 'register, inspect and promote versions',
        load: () => import('./commands/models.ts'),
      },
      {
        name: 'endpoint',
        summary: 'list, make and remove endpoints',
        load: () => import('./commands/endpoint.ts'),
      },
      { name: 'predict', summary: 'ask an endpoint', load: () => import('./commands/predict.ts') },
      {
        name: 'monitor',
        summary: 'look for drift and harm; alarms',
        load: () => import('./commands/monitor.ts'),
      },
      {
        name: 'label',
        summary: 'label what the model is unsure of',
        load: () => import('./commands/label.ts'),
      },
      {
        name: 'policy',
        summary: 'ask whether retraining is due',
        load: () => import('./commands/policy.ts'),
      },
      {
        name: 'lineage',
        summary: 'follow a prediction, model, version or row',
        load: () => import('./commands/lineage.ts'),
      },
    ],
  },
  {
    title: 'Pipelines and data versions, in DVC’s words',
    commands: [
      {
        name: 'repro',
        summary: 'run the stages that changed',
        load: () => import('./commands/repro.ts'),
      },
      { name: 'status', summary: 'show what changed', load: () => import('./commands/status.ts') },
      { name: 'dag', summary: 'draw the pipeline', load: () => import('./commands/dag.ts') },
    ],
  },
  {
    title: 'Keeping it',
    commands: [
      {
        name: 'backup',
        summary: 'copy the home into one file',
        load: () => import('./commands/backup.ts'),
      },
      {
        name: 'restore',
        summary: 'bring a home back from a backup',
        load: () => import('./commands/restore.ts'),
      },
      {
        name: 'import',
        summary: 'bring in a project’s folder, or what an MLflow server has',
        load: () => import('./commands/import.ts'),
      },
      {
        name: 'export',
        summary: 'write the project as a folder, or to an MLflow server',
        load: () => import('./commands/export.ts'),
      },
      {
        name: 'user',
        summary: 'people, service accounts and roles',
        load: () => import('./commands/user.ts'),
      },
      { name: 'token', summary: 'API tokens', load: () => import('./commands/token.ts') },
      {
        name: 'exec',
        summary: 'run a script that imports from "tidemill"',
        load: () => import('./commands/exec.ts'),
      },
      {
        name: 'completion',
        summary: 'print a completion script for your shell',
        load: () => import('./commands/completion.ts'),
      },
    ],
  },
]

export const commandList: readonly ListedCommand[] = commandGroups.flatMap(
  (group) => group.commands,
)
