import type { Command } from 'commander'
import { listRepository, type Listed } from '#pipeline'
import { textTable } from '../output.ts'
import { pipelineCommand, tell, type PipelineOptions } from '../pipeline-command.ts'
import { addSourceOptions, sourceOf, type SourceFlags } from '../source-access.ts'
import { wholeNumber } from '../transfer-options.ts'
import { treeOfPaths } from '../tree-of-paths.ts'

interface ListFlags extends PipelineOptions, SourceFlags {
  readonly recursive?: boolean
  readonly tree?: boolean
  readonly level?: number
  readonly dvcOnly?: boolean
  readonly size?: boolean
  readonly showHash?: boolean
}

export function command(): Command {
  return addSourceOptions(
    pipelineCommand('list')
      .argument('<url>', 'a Git repository: its URL, or a folder')
      .argument('[path]', 'a folder in it'),
  )
    .option('-R, --recursive', 'what lies in folders, too')
    .option('-T, --tree', 'as a tree')
    .option('-L, --level <n>', 'no more than so many levels of folders', wholeNumber)
    .option('--dvc-only', 'data alone, without what Git keeps')
    .option('--size', 'with sizes')
    .option('--show-hash', 'with digests')
    .action(async (url: string, path: string | undefined, flags: ListFlags) => {
      const { tree, level } = flags
      const listed = await listRepository(url, {
        ...sourceOf(flags),
        ...(path === undefined ? {} : { path }),
        recursive: flags.recursive === true || tree === true || level !== undefined,
        dataOnly: flags.dvcOnly ?? false,
      })
      const shown =
        level === undefined || tree
          ? listed
          : listed.filter((each) => each.path.split('/').length <= level)
      tell(shown, flags, (found) =>
        tree
          ? treeOfPaths(
              found.map((each) => each.path),
              level,
            )
          : lines(found, flags),
      )
    })
}

function lines(listed: readonly Listed[], { size, showHash }: ListFlags): string {
  if (!size && !showHash) return listed.map(({ path }) => path).join('\n')
  const headers = [...(size ? ['size'] : []), ...(showHash ? ['hash'] : []), 'path']
  return textTable(
    headers,
    listed.map((each) => [
      ...(size ? [each.size === undefined ? '-' : String(each.size)] : []),
      ...(showHash ? [each.md5 ?? '-'] : []),
      each.path,
    ]),
  )
}
