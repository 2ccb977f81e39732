import type { Command } from 'commander'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { homeOf, projectOf } from '../connect.ts'
import { green, show } from '../output.ts'
import { openProgress } from '../progress.ts'

export function command(): Command {
  return baseCommand('import')
    .argument('<dir>', 'a folder that export wrote')
    .action(async (dir: string, options: BaseOptions) => {
      const { importProject } = await import('#app')
      const progress = openProgress()
      const done = await importProject(homeOf(options), projectOf(options), dir, (message) =>
        progress.update(0, 0, message),
      )
      progress.end()
      show(
        done,
        options.json,
        (each) =>
          `${green('✓')} ${each.datasets} datasets, ${each.runs} runs, ${each.models} models came in`,
      )
    })
}
