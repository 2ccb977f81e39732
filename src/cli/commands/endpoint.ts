import { Command } from 'commander'
import { operations } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { green, shortNumber, show, textTable, when } from '../output.ts'

export function command(): Command {
  return new Command('endpoint')
    .addCommand(list())
    .addCommand(put())
    .addCommand(remove())
    .addCommand(log())
    .addCommand(label())
}

function list(): Command {
  return baseCommand('list', 'endpoints with their health').action(async (options: BaseOptions) => {
    const result = await withCaller(options, (caller) => caller.call(operations.endpoints.list, {}))
    show(result, options.json, ({ endpoints }) =>
      endpoints.length === 0
        ? 'No endpoints yet. Make one: tidemill endpoint put NAME MODEL'
        : textTable(
            ['name', 'state', 'model', 'version', 'predictions', 'labels', 'p50 ms', 'p99 ms'],
            endpoints.map((each) => [
              each.name,
              each.state,
              `${each.model}@${each.alias}`,
              each.version,
              each.predictions,
              each.labels,
              shortNumber(each.p50Ms),
              shortNumber(each.p99Ms),
            ]),
          ),
    )
  })
}

function put(): Command {
  return baseCommand('put', 'make an endpoint, or change the model behind it')
    .argument('<name>')
    .argument('<model>')
    .option('--alias <alias>', 'the alias it follows', 'champion')
    .action(async (name: string, model: string, options: BaseOptions & { alias: string }) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.endpoints.put, { name, model, alias: options.alias }),
      )
      show(
        result,
        options.json,
        ({ endpoint }) => `${green('✓')} ${endpoint.name} is ${endpoint.state}`,
      )
    })
}

function remove(): Command {
  return baseCommand('remove', 'stop an endpoint; its prediction log stays')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.endpoints.remove, { name }),
      )
      show(result, options.json, () => `${green('✓')} ${name} is stopped; its log stays.`)
    })
}

function log(): Command {
  return baseCommand('log', 'the newest predictions')
    .argument('<name>')
    .option('-n, --limit <n>', 'how many', Number, 20)
    .action(async (name: string, options: BaseOptions & { limit: number }) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.endpoints.predictions, { name, limit: options.limit }),
      )
      show(result, options.json, ({ predictions, total }) =>
        [
          textTable(
            ['prediction', 'when', 'version', 'answer', 'label'],
            predictions.map((each) => [
              each.id,
              when(each.time),
              each.version,
              each.prediction,
              each.label ?? '',
            ]),
          ),
          `${total} in all`,
        ].join('\n'),
      )
    })
}

function label(): Command {
  return baseCommand('label', 'say what turned out to be true of a prediction')
    .argument('<name>')
    .argument('<prediction>')
    .argument('<label>')
    .action(async (name: string, prediction: string, truth: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.endpoints.labels, { name, labels: [{ prediction, label: truth }] }),
      )
      show(result, options.json, ({ matched }) =>
        matched === 1 ? `${green('✓')} noted` : `There is no prediction ${prediction}.`,
      )
    })
}
