import type { Command } from 'commander'
import { getGit } from '#pipeline'
import { gotLine } from '../got-line.ts'
import { pipelineCommand, tell, type PipelineOptions } from '../pipeline-command.ts'

interface GetFlags extends PipelineOptions {
  readonly out?: string
  readonly rev?: string
  readonly force?: boolean
}

export function command(): Command {
  return pipelineCommand('get')
    .argument('<url>', 'a Git repository: its URL, or a folder')
    .argument('<path>', 'a file or folder in it, kept there by Git or by a pipeline')
    .option('-o, --out <path>', 'where it goes; its own name unless said')
    .option('--rev <commit>', 'a commit, branch or tag there')
    .option('-f, --force', 'in place of what lies there')
    .action(async (url: string, path: string, flags: GetFlags) => {
      const got = await getGit(url, path, {
        ...(flags.out === undefined ? {} : { out: flags.out }),
        ...(flags.rev === undefined ? {} : { rev: flags.rev }),
        force: flags.force ?? false,
      })
      tell(got, flags, gotLine)
    })
}
