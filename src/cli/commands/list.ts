import type { Command } from 'commander'
import { listRepository, type Listed } from '#pipeline'
import { textTable } from '../output.ts'
import { pipelineCommand, tell, type PipelineOptions } from '../pipeline-command.ts'

interface ListFlags extends PipelineOptions {
  readonly recursive?: boolean
  readonly dvcOnly?: boolean
  readonly rev?: string
  readonly size?: boolean
  readonly showHash?: boolean
}

export function command(): Command {
  return pipelineCommand('list')
    .alias('ls')
    .argument('<url>', 'a Git repository: its URL, or a folder')
    .argument('[path]', 'a folder in it')
    .option('-R, --recursive', 'what lies in folders, too')
    .option('--dvc-only', 'data alone, without what Git keeps')
    .option('--rev <commit>', 'a commit, branch or tag there')
    .option('--size', 'with sizes')
    .option('--show-hash', 'with digests')
    .action(async (url: string, path: string | undefined, flags: ListFlags) => {
      const listed = await listRepository(url, {
        ...(path === undefined ? {} : { path }),
        ...(flags.rev === undefined ? {} : { rev: flags.rev }),
        recursive: flags.recursive ?? false,
        dataOnly: flags.dvcOnly ?? false,
      })
      tell(listed, flags, (found) => lines(found, flags))
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
