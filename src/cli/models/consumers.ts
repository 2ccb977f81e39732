import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { operations, TidemillError, type ConsumerContract } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { exitCodes } from '../exit-code.ts'
import { green, red, show, textTable, when } from '../output.ts'

/** `models consumers …`: who relies on what of a model. */
export function consumersCommand(): Command {
  return new Command('consumers')
    .description('applications that rely on a model')
    .addCommand(list())
    .addCommand(set())
    .addCommand(remove())
    .addCommand(check())
}

function list(): Command {
  return baseCommand('list', 'who relies on a model, and on what of it')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.models.consumers, { name }),
      )
      show(result, options.json, ({ consumers }) =>
        consumers.length === 0
          ? `Nobody has said yet what they rely on. Say it: tidemill models consumers set ${name} APP --from FILE`
          : textTable(
              ['consumer', 'alias', 'reads', 'sends', 'within', 'declared'],
              consumers.map(({ name: consumer, alias, contract, declaredAt, declaredBy }) => [
                consumer,
                alias,
                contract.outputs.map((each) => each.name).join(' '),
                contract.inputs === undefined ? 'anything' : `${contract.inputs.length} inputs`,
                contract.latencyMs === undefined ? '' : `${contract.latencyMs} ms`,
                `${when(declaredAt)} by ${declaredBy}`,
              ]),
            ),
      )
    })
}

function set(): Command {
  return baseCommand('set', 'declare what an application relies on')
    .argument('<name>')
    .argument('<consumer>')
    .requiredOption(
      '--from <file>',
      'its contract, in YAML or JSON: alias, inputs, outputs, latencyMs',
    )
    .action(async (name: string, consumer: string, options: BaseOptions & { from: string }) => {
      const contract = await readContract(options.from)
      const result = await withCaller(options, (caller) =>
        caller.call(operations.models.setConsumer, { name, consumer, contract }),
      )
      show(result, options.json, ({ consumer: kept, check: now }) =>
        [
          `${green('✓')} ${kept.name} relies on ${name}@${kept.alias}`,
          ...(now === undefined ? [] : [`  ${now.passed ? green('✓') : red('✗')} ${now.summary}`]),
        ].join('\n'),
      )
    })
}

async function readContract(file: string): Promise<ConsumerContract> {
  const { parse } = await import('yaml')
  try {
    return parse(await readFile(file, 'utf8')) as ConsumerContract
  } catch (cause) {
    const problem = `${file} is no contract: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new TidemillError('bad_request', { problem }, cause)
  }
}

function remove(): Command {
  return baseCommand('remove', 'forget what an application relied on')
    .argument('<name>')
    .argument('<consumer>')
    .action(async (name: string, consumer: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.models.removeConsumer, { name, consumer }),
      )
      show(result, options.json, () => `${consumer} relies on ${name} no longer.`)
    })
}

function check(): Command {
  return baseCommand('check', 'which applications a version would break')
    .argument('<name>')
    .argument('<version>', 'a version', Number)
    .action(async (name: string, version: number, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.models.breaks, { name, version }),
      )
      show(result, options.json, ({ checks }) =>
        checks.length === 0
          ? `Nobody has said what they rely on of ${name}.`
          : checks
              .map((each) => `${each.passed ? green('✓') : red('✗')} ${each.summary}`)
              .join('\n'),
      )
      if (result.checks.some((each) => !each.passed)) process.exitCode = exitCodes.no
    })
}
