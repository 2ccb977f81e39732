import { readFileSync, statSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import type { Command } from 'commander'
import { openRepository } from '#pipeline'
import { exitCodes } from '../exit-code.ts'
import { pipelineCommand, rootHere, tell, type PipelineOptions } from '../pipeline-command.ts'

interface IgnoreFlags extends PipelineOptions {
  readonly details?: boolean
  readonly nonMatching?: boolean
  readonly stdin?: boolean
}

export function command(): Command {
  return pipelineCommand('check-ignore')
    .argument('[targets...]', 'files and folders')
    .option('-d, --details', 'say for each whether it is hidden')
    .option('-n, --non-matching', 'with --details: those that are not hidden, too')
    .option('--stdin', 'read paths from standard input, one a line')
    .addHelpText('after', '\nExits with 1 when none of them is hidden by .dvcignore.')
    .action((targets: readonly string[], flags: IgnoreFlags) => {
      const root = rootHere()
      const { ignored } = openRepository(root)
      const paths = flags.stdin
        ? readFileSync(0, 'utf8')
            .split('\n')
            .filter((line) => line !== '')
        : targets
      const found = paths.map((path) => {
        const file = resolve(path)
        const folder =
          statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? path.endsWith('/')
        const inside = relative(root, file)
        return {
          path,
          ignored: inside !== '' && !inside.startsWith('..') && ignored.ignored(inside, folder),
        }
      })
      const hidden = found.filter((each) => each.ignored)
      const shown = flags.details && flags.nonMatching ? found : hidden
      tell(shown, flags, (list) =>
        list
          .map((each) =>
            flags.details ? `${each.ignored ? 'hidden' : 'seen  '}  ${each.path}` : each.path,
          )
          .join('\n'),
      )
      if (hidden.length === 0) process.exitCode = exitCodes.no
    })
}
