import { Command } from 'commander'
import { artifactUrl, getArtifact } from '#pipeline'
import { gotLine } from '../got-line.ts'
import { pipelineCommand, tell, type PipelineOptions } from '../pipeline-command.ts'
import { addSourceOptions, sourceOf, type SourceFlags } from '../source-access.ts'
import { jobsOption } from '../transfer-options.ts'

interface GetFlags extends PipelineOptions, SourceFlags {
  readonly out?: string
  readonly stage?: string
  readonly force?: boolean
  readonly showUrl?: boolean
}

export function command(): Command {
  return new Command('artifacts').addCommand(
    addSourceOptions(
      pipelineCommand('get', 'copy an artifact that a dvc.yaml declares, by its version or stage')
        .argument('<url>', 'a Git repository: its URL, or a folder')
        .argument('<name>', 'the artifact, with its folder before a colon: models:scorer'),
    )
      .option('--stage <name>', 'the version that GTO’s tags put into this stage')
      .option('-o, --out <path>', 'where it goes; its own name unless said')
      .option('-f, --force', 'in place of what lies there')
      .option('--show-url', 'only say where on the remote it lies')
      .addOption(jobsOption())
      .action(async (url: string, name: string, flags: GetFlags) => {
        const source = {
          ...sourceOf(flags),
          ...(flags.stage === undefined ? {} : { stage: flags.stage }),
        }
        if (flags.showUrl) {
          const there = await artifactUrl(url, name, source)
          tell({ url: there }, flags, () => there)
          return
        }
        const got = await getArtifact(url, name, {
          ...source,
          ...(flags.out === undefined ? {} : { out: flags.out }),
          force: flags.force ?? false,
        })
        tell(got, flags, gotLine)
      }),
  )
}
