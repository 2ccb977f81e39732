import { Command } from 'commander'
import { operations, type Decision } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { exitCodes } from '../exit-code.ts'
import { dim, green, show, textTable, when, yellow } from '../output.ts'

export function command(): Command {
  return new Command('policy').addCommand(list()).addCommand(decide()).addCommand(history())
}

function list(): Command {
  return baseCommand('list', 'policies with their last decisions').action(
    async (options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.loop.policies, {}),
      )
      show(result, options.json, ({ policies }) =>
        textTable(
          ['policy', 'model', 'when', 'last', 'state'],
          policies.map((each) => [
            each.name,
            each.model,
            each.on.join(', '),
            when(each.last?.time),
            each.last?.state ?? '',
          ]),
        ),
      )
    },
  )
}

function decide(): Command {
  return baseCommand('decide', 'ask a policy now; retraining starts when it is due')
    .argument('<name>')
    .option('--force', 'retrain whatever the policy says')
    .action(async (name: string, options: BaseOptions & { force?: boolean }) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.loop.decide, { name, force: options.force ?? false }),
      )
      show(result, options.json, ({ decision }) => decisionLines(decision))
      if (!result.decision.due) process.exitCode = exitCodes.no
    })
}

function decisionLines(decision: Decision): string {
  return [
    decision.due ? yellow('Retraining is due.') : 'Retraining is not due.',
    ...decision.reasons.map(
      (reason) => `  ${reason.due ? green('✓') : dim('·')} ${reason.trigger}: ${reason.summary}`,
    ),
    ...(decision.outcome === undefined ? [] : [decision.outcome]),
  ].join('\n')
}

function history(): Command {
  return baseCommand('history', 'what a policy decided')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.loop.decisions, { name }),
      )
      show(result, options.json, ({ decisions }) =>
        textTable(
          ['when', 'state', 'outcome'],
          decisions.map((each) => [when(each.time), each.state, each.outcome ?? '']),
        ),
      )
    })
}
