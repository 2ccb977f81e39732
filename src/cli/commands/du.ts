import type { Command } from 'commander'
import { listRepository, type Listed } from '#pipeline'
import { textTable } from '../output.ts'
import { pipelineCommand, tell, type PipelineOptions } from '../pipeline-command.ts'
import { addSourceOptions, sourceOf, type SourceFlags } from '../source-access.ts'

interface UseFlags extends PipelineOptions, SourceFlags {
  readonly summarize?: boolean
}

interface Use {
  readonly path: string
  readonly bytes: number
}

export function command(): Command {
  return addSourceOptions(
    pipelineCommand('du')
      .argument('<url>', 'a Git repository: its URL, or a folder')
      .argument('[path]', 'a file or folder in it'),
  )
    .option('-s, --summarize', 'the sum alone')
    .action(async (url: string, path: string | undefined, flags: UseFlags) => {
      const listed = await listRepository(url, {
        ...sourceOf(flags),
        ...(path === undefined ? {} : { path }),
        recursive: true,
        fileSizes: true,
      })
      const uses = usesOf(listed)
      const total: Use = {
        path: path ?? '.',
        bytes: uses.reduce((sum, each) => sum + each.bytes, 0),
      }
      const shown = flags.summarize ? [total] : [...uses, total]
      tell(shown, flags, (all) =>
        textTable(
          ['bytes', 'path'],
          all.map((each) => [String(each.bytes), each.path]),
        ),
      )
    })
}

/** What lies at the top, folders with all that is in them; a folder of data counts by its files. */
function usesOf(listed: readonly Listed[]): Use[] {
  const bytes = new Map<string, number>()
  for (const { path, isdir, size = 0 } of listed) {
    const [top = ''] = path.split('/')
    bytes.set(top, (bytes.get(top) ?? 0) + (isdir ? 0 : size))
  }
  return [...bytes].map(([path, sum]) => ({ path, bytes: sum }))
}
