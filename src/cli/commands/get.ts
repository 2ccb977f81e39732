import type { Command } from 'commander'
import { getGit, urlOfGit } from '#pipeline'
import { gotLine } from '../got-line.ts'
import { pipelineCommand, tell, type PipelineOptions } from '../pipeline-command.ts'
import { addSourceOptions, sourceOf, type SourceFlags } from '../source-access.ts'
import { jobsOption } from '../transfer-options.ts'

interface GetFlags extends PipelineOptions, SourceFlags {
  readonly out?: string
  readonly force?: boolean
  readonly showUrl?: boolean
}

export function command(): Command {
  return addSourceOptions(
    pipelineCommand('get')
      .argument('<url>', 'a Git repository: its URL, or a folder')
      .argument('<path>', 'a file or folder in it, kept there by Git or by a pipeline'),
  )
    .option('-o, --out <path>', 'where it goes; its own name unless said')
    .option('-f, --force', 'in place of what lies there')
    .option('--show-url', 'only say where on the remote it lies')
    .addOption(jobsOption())
    .action(async (url: string, path: string, flags: GetFlags) => {
      if (flags.showUrl) {
        const there = await urlOfGit(url, path, sourceOf(flags))
        tell({ url: there }, flags, () => there)
        return
      }
      const got = await getGit(url, path, {
        ...sourceOf(flags),
        ...(flags.out === undefined ? {} : { out: flags.out }),
        force: flags.force ?? false,
      })
      tell(got, flags, gotLine)
    })
}
