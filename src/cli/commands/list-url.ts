import type { Command } from 'commander'
import { listUrl } from '#pipeline'
import { textTable } from '../output.ts'
import { gather, pipelineCommand, tell, type PipelineOptions } from '../pipeline-command.ts'
import { settingsOf } from '../remote-settings.ts'
import { wholeNumber } from '../transfer-options.ts'
import { treeOfPaths } from '../tree-of-paths.ts'

interface ListUrlFlags extends PipelineOptions {
  readonly recursive?: boolean
  readonly tree?: boolean
  readonly level?: number
  readonly size?: boolean
  readonly fsConfig?: readonly string[]
}

export function command(): Command {
  return pipelineCommand('list-url')
    .argument('<url>', 'a path, or s3://, azure://, ssh:// or remote://NAME/…')
    .option('-R, --recursive', 'what lies in folders, too')
    .option('-T, --tree', 'as a tree')
    .option('-L, --level <n>', 'no more than so many levels of folders', wholeNumber)
    .option('--size', 'with sizes')
    .option('--fs-config <name=value>', 'a setting of the place (may be repeated)', gather)
    .action(async (url: string, flags: ListUrlFlags) => {
      const { tree, level, size } = flags
      const listed = await listUrl(url, {
        recursive: flags.recursive === true || tree === true || level !== undefined,
        sizes: size ?? false,
        settings: settingsOf(flags.fsConfig),
      })
      const shown =
        level === undefined || tree
          ? listed
          : listed.filter((each) => each.path.split('/').length <= level)
      tell(shown, flags, (found) => {
        const paths = found.map((each) => each.path)
        if (tree) return treeOfPaths(paths, level)
        if (!size) return paths.join('\n')
        return textTable(
          ['size', 'path'],
          found.map((each) => [each.size === undefined ? '-' : String(each.size), each.path]),
        )
      })
    })
}
