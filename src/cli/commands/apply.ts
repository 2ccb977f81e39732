import type { Command } from 'commander'
import { operations } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { changeLines } from '../change-lines.ts'
import { confirm } from '../confirm.ts'
import { withCaller } from '../connect.ts'
import { readDeclarationText } from '../declaration-text.ts'
import { show } from '../output.ts'

export function command(): Command {
  return baseCommand('apply')
    .argument('[file]', 'the declaration', 'tidemill.yaml')
    .option('-y, --yes', 'do not ask before removing things')
    .action(async (file: string, options: BaseOptions & { yes?: boolean }) => {
      const text = await readDeclarationText(file)
      await withCaller(options, async (caller) => {
        const plan = await caller.call(operations.loop.plan, { text, file })
        const removed = plan.changes.filter((change) => change.action === 'remove')
        if (removed.length > 0 && !options.yes) {
          const names = removed.map((change) => `${change.kind} ${change.name}`).join(', ')
          if (!(await confirm(`This removes ${names}. Go on?`))) return
        }
        const applied = await caller.call(operations.loop.apply, { text, file })
        show(applied, options.json, ({ changes }) => changeLines(changes, 'Nothing to do.'))
      })
    })
}
