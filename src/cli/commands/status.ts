import { cwd } from 'node:process'
import type { Command } from 'commander'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { show } from '../output.ts'
import { planLines } from '../plan-lines.ts'

export function command(): Command {
  return baseCommand('status')
    .argument('[targets...]', 'stages; all unless said')
    .action(async (targets: readonly string[], options: BaseOptions) => {
      const { workspacePlan } = await import('#app')
      const stages = await workspacePlan(cwd(), targets)
      show({ stages }, options.json, () => planLines(stages))
    })
}
