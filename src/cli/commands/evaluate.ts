import type { Command } from 'commander'
import { operations } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { exitCodes } from '../exit-code.ts'
import { gateLines } from '../gate-lines.ts'
import { show } from '../output.ts'

export function command(): Command {
  return baseCommand('evaluate')
    .argument('<model>')
    .argument('<version>', 'a version', Number)
    .action(async (name: string, version: number, options: BaseOptions) => {
      const gate = await withCaller(options, (caller) =>
        caller.call(operations.models.gate, { name, version }),
      )
      show(gate, options.json, gateLines)
      if (!gate.passed) process.exitCode = exitCodes.no
    })
}
