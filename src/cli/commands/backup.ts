import type { Command } from 'commander'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { homeOf } from '../connect.ts'
import { green, show } from '../output.ts'
import { openProgress } from '../progress.ts'

export function command(): Command {
  return baseCommand('backup')
    .argument('<file>', 'the backup to write, for example home.tar.gz')
    .action(async (file: string, options: BaseOptions) => {
      const { backupHome } = await import('#app/backup')
      const progress = openProgress()
      const done = await backupHome(homeOf(options), file, (bytes) =>
        progress.update(0, 0, `${(bytes / 1e6).toFixed(1)} MB`),
      )
      progress.end()
      show(
        done,
        options.json,
        ({ files, bytes }) =>
          `${green('✓')} ${files} files, ${(bytes / 1e6).toFixed(1)} MB in ${file}`,
      )
    })
}
