import { Command } from 'commander'
import { operations, type LabelTask } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { green, shortNumber, show, textTable } from '../output.ts'

export function command(): Command {
  return new Command('label')
    .addCommand(queues())
    .addCommand(tasks())
    .addCommand(set())
    .addCommand(undo())
    .addCommand(commit())
}

function queues(): Command {
  return baseCommand('queues', 'label queues with what waits').action(
    async (options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.labels.queues, {}),
      )
      show(result, options.json, (each) =>
        each.queues.length === 0
          ? 'No queues yet. Declare one under labeling: in tidemill.yaml.'
          : textTable(
              ['queue', 'waiting', 'labelled', 'disputed', 'to commit'],
              each.queues.map((one) => [
                one.name,
                one.waiting,
                one.labelled,
                one.disputed,
                one.uncommitted,
              ]),
            ),
      )
    },
  )
}

function tasks(): Command {
  return baseCommand('tasks', 'what to label, the least sure first')
    .argument('<queue>')
    .option('-n, --limit <n>', 'how many', Number, 20)
    .option('--disputed', 'what those who labelled it disagree on')
    .action(async (name: string, options: BaseOptions & { limit: number; disputed?: boolean }) => {
      const { limit, disputed = false } = options
      const result = await withCaller(options, (caller) =>
        caller.call(operations.labels.tasks, {
          name,
          limit,
          state: disputed ? 'disputed' : 'waiting',
        }),
      )
      show(result, options.json, (each) =>
        each.tasks.length === 0
          ? `Nothing ${disputed ? 'is disputed' : 'waits'}.`
          : textTable(
              [
                'task',
                'sure',
                ...(disputed ? ['said'] : []),
                ...Object.keys(each.tasks[0]?.features ?? {}),
              ],
              each.tasks.map((task) => [
                task.id,
                shortNumber(task.probability),
                ...(disputed ? [task.annotations.map(vote).join(', ')] : []),
                ...Object.values(task.features).map((value) => String(value ?? '·')),
              ]),
            ),
      )
    })
}

function vote({ who, label }: LabelTask['annotations'][number]): string {
  return `${who}: ${label}`
}

function set(): Command {
  return baseCommand('set', 'label a task')
    .argument('<queue>')
    .argument('<task>')
    .argument('<label>')
    .action(async (name: string, task: string, label: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.labels.annotate, { name, task, label }),
      )
      show(result, options.json, ({ queue }) => `${green('✓')} ${queue.waiting} wait`)
    })
}

function undo(): Command {
  return baseCommand('undo', 'take your label of a task back')
    .argument('<queue>')
    .argument('<task>')
    .action(async (name: string, task: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.labels.undo, { name, task }),
      )
      show(result, options.json, ({ queue }) => `${green('✓')} ${queue.waiting} wait`)
    })
}

function commit(): Command {
  return baseCommand('commit', 'add the labelled rows to the dataset as a new version')
    .argument('<queue>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.labels.commit, { name }),
      )
      show(result, options.json, ({ version, rows }) =>
        version
          ? `${green('✓')} ${rows} rows are in ${version.dataset} version ${version.version}`
          : 'Nothing to commit.',
      )
    })
}
