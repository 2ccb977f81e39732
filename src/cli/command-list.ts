import type { Command } from 'commander'

export interface ListedCommand {
  readonly name: string
  readonly summary: string
  /** Loaded only when the command runs: heavy imports cost more than the whole of `--help`. */
  readonly load: () => Promise<{ readonly command: () => Command }>
  /** Other words for it. */
  readonly aliases?: readonly string[]
  /** Its words are DVC's, and so is its exit code for wrong usage. */
  readonly dvc?: true
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
        name: 'traces',
        summary: 'find, show and assess what applications did',
        load: () => import('./commands/traces.ts'),
      },
      {
        name: 'eval-data',
        summary: 'find, show, write out and remove evaluation data sets',
        load: () => import('./commands/eval-data.ts'),
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
        dvc: true,
      },
      {
        name: 'status',
        summary: 'show what changed',
        load: () => import('./commands/status.ts'),
        dvc: true,
      },
      {
        name: 'dag',
        summary: 'draw the pipeline',
        load: () => import('./commands/dag.ts'),
        dvc: true,
      },
      {
        name: 'why',
        summary: 'say why a stage would run',
        load: () => import('./commands/why.ts'),
        dvc: true,
      },
      {
        name: 'add',
        summary: 'put files and folders under version',
        load: () => import('./commands/add.ts'),
        dvc: true,
      },
      {
        name: 'commit',
        summary: 'record the work tree as it is',
        load: () => import('./commands/commit.ts'),
        dvc: true,
      },
      {
        name: 'checkout',
        summary: 'bring files to what is recorded',
        load: () => import('./commands/checkout.ts'),
        dvc: true,
      },
      {
        name: 'push',
        summary: 'send data to a remote',
        load: () => import('./commands/push.ts'),
        dvc: true,
      },
      {
        name: 'fetch',
        summary: 'bring data into the cache',
        load: () => import('./commands/fetch.ts'),
        dvc: true,
      },
      {
        name: 'pull',
        summary: 'bring data into the work tree',
        load: () => import('./commands/pull.ts'),
        dvc: true,
      },
      {
        name: 'freeze',
        summary: 'leave stages alone',
        load: () => import('./commands/freeze.ts'),
        dvc: true,
      },
      {
        name: 'unfreeze',
        summary: 'let stages run again',
        load: () => import('./commands/unfreeze.ts'),
        dvc: true,
      },
      {
        name: 'gc',
        summary: 'remove data that nothing uses',
        load: () => import('./commands/gc.ts'),
        dvc: true,
      },
      {
        name: 'params',
        summary: 'show and compare parameters',
        load: () => import('./commands/params.ts'),
        dvc: true,
      },
      {
        name: 'metrics',
        summary: 'show and compare metrics',
        load: () => import('./commands/metrics.ts'),
        dvc: true,
      },
      {
        name: 'report',
        summary: 'what a change changes, as a comment for it',
        load: () => import('./commands/report.ts'),
      },
      {
        name: 'attribute',
        summary: 'share out what changed between two results among its causes',
        load: () => import('./commands/attribute.ts'),
      },
      {
        name: 'plots',
        summary: 'draw and compare plots',
        load: () => import('./commands/plots.ts'),
        dvc: true,
      },
      {
        name: 'diff',
        summary: 'say which data differs',
        load: () => import('./commands/diff.ts'),
        dvc: true,
      },
      {
        name: 'remote',
        summary: 'places for data',
        load: () => import('./commands/remote.ts'),
        dvc: true,
      },
      {
        name: 'config',
        summary: 'show and change settings',
        load: () => import('./commands/config.ts'),
        dvc: true,
      },
      {
        name: 'stage',
        summary: 'add and list stages',
        load: () => import('./commands/stage.ts'),
        dvc: true,
      },
      {
        name: 'remove',
        summary: 'take stages and data out of version control',
        load: () => import('./commands/remove.ts'),
        dvc: true,
        aliases: ['rm'],
      },
      {
        name: 'move',
        summary: 'rename data under version',
        load: () => import('./commands/move.ts'),
        dvc: true,
        aliases: ['mv'],
      },
      {
        name: 'import',
        summary: 'copy data out of another repository, a project’s folder, or an MLflow server',
        load: () => import('./commands/import.ts'),
        dvc: true,
      },
      {
        name: 'import-url',
        summary: 'copy data in and note its source',
        load: () => import('./commands/import-url.ts'),
        dvc: true,
      },
      {
        name: 'update',
        summary: 'bring imported data up to date',
        load: () => import('./commands/update.ts'),
        dvc: true,
      },
      {
        name: 'get',
        summary: 'copy data out of another repository, untracked',
        load: () => import('./commands/get.ts'),
        dvc: true,
      },
      {
        name: 'get-url',
        summary: 'copy a file or folder from an address, untracked',
        load: () => import('./commands/get-url.ts'),
        dvc: true,
      },
      {
        name: 'list',
        summary: 'what another repository holds',
        load: () => import('./commands/list.ts'),
        dvc: true,
        aliases: ['ls'],
      },
      {
        name: 'list-url',
        summary: 'list what lies at an address',
        load: () => import('./commands/list-url.ts'),
        dvc: true,
        aliases: ['ls-url'],
      },
      {
        name: 'du',
        summary: 'say how much data a repository holds',
        load: () => import('./commands/du.ts'),
        dvc: true,
      },
      {
        name: 'artifacts',
        summary: 'copy an artifact by its version or stage',
        load: () => import('./commands/artifacts.ts'),
        dvc: true,
      },
      {
        name: 'cache',
        summary: 'say where the cache is, or bring old objects over',
        load: () => import('./commands/cache.ts'),
        dvc: true,
      },
      {
        name: 'unprotect',
        summary: 'make data that links into the cache writable',
        load: () => import('./commands/unprotect.ts'),
        dvc: true,
      },
      {
        name: 'check-ignore',
        summary: 'say what .dvcignore hides',
        load: () => import('./commands/check-ignore.ts'),
        dvc: true,
      },
      {
        name: 'root',
        summary: 'where the repository begins',
        load: () => import('./commands/root.ts'),
        dvc: true,
      },
      {
        name: 'fsck',
        summary: 'read every object and check it',
        load: () => import('./commands/fsck.ts'),
        dvc: true,
      },
      {
        name: 'install',
        summary: 'have Git merge dvc.lock stage by stage, and run hooks',
        load: () => import('./commands/install.ts'),
        dvc: true,
      },
      {
        name: 'git-hook',
        summary: 'what Git calls after install',
        load: () => import('./commands/git-hook.ts'),
        dvc: true,
      },
      {
        name: 'exp',
        summary: 'run, compare and apply experiments',
        load: () => import('./commands/exp.ts'),
        dvc: true,
        aliases: ['experiments'],
      },
      {
        name: 'queue',
        summary: 'experiments that wait, run and ended',
        load: () => import('./commands/queue.ts'),
        dvc: true,
      },
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
        name: 'version',
        summary: 'the version, of Node too',
        load: () => import('./commands/version.ts'),
        dvc: true,
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
