import type { Command } from 'commander'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { homeOf } from '../connect.ts'
import { inputFile } from '../input-file.ts'
import { green, show } from '../output.ts'

export function command(): Command {
  return baseCommand('restore')
    .argument('<file>', 'a backup')
    .option('--replace', 'put it in place of the present home, which is kept beside it')
    .option('--dry', 'only say what would be done')
    .action(async (file: string, options: BaseOptions & { replace?: boolean; dry?: boolean }) => {
      await inputFile(file)
      const { restoreHome } = await import('#app/backup')
      const done = await restoreHome(file, homeOf(options), {
        replace: options.replace ?? false,
        dry: options.dry ?? false,
      })
      show(done, options.json, ({ files, home, kept }) =>
        [
          `${green('✓')} ${files} files ${options.dry ? 'would be' : 'are'} in ${home}`,
          ...(kept === undefined ? [] : [`  The home that was there is kept as ${kept}.`]),
        ].join('\n'),
      )
    })
}
