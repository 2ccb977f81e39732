import type { Command } from 'commander'
import { operations } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { changeLines } from '../change-lines.ts'
import { withCaller } from '../connect.ts'
import { readDeclarationText } from '../declaration-text.ts'
import { exitCodes } from '../exit-code.ts'
import { show } from '../output.ts'

export function command(): Command {
  return baseCommand('plan')
    .argument('[file]', 'the declaration', 'tidemill.yaml')
    .option('--exit-code', 'exit with 1 when there is something to do')
    .action(async (file: string, options: BaseOptions & { exitCode?: boolean }) => {
      const text = await readDeclarationText(file)
      const plan = await withCaller(options, (caller) =>
        caller.call(operations.loop.plan, { text, file }),
      )
      show(plan, options.json, ({ changes }) => changeLines(changes, 'Nothing to do.'))
      const due = plan.changes.some((change) => change.action !== 'none')
      if (due && options.exitCode) process.exitCode = exitCodes.no
    })
}
