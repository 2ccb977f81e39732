import type { Command } from 'commander'
import { getUrl } from '#pipeline'
import { gotLine } from '../got-line.ts'
import { gather, pipelineCommand, tell, type PipelineOptions } from '../pipeline-command.ts'
import { jobsOption } from '../transfer-options.ts'
import { settingsOf } from '../remote-settings.ts'

interface GetFlags extends PipelineOptions {
  readonly force?: boolean
  readonly fsConfig?: readonly string[]
}

export function command(): Command {
  return pipelineCommand('get-url')
    .argument('<url>', 'a path, or s3://, azure://, ssh://, https:// or remote://NAME/…')
    .argument('[out]', 'where it goes; its own name unless said')
    .option('-f, --force', 'in place of what lies there')
    .option('--fs-config <name=value>', 'a setting of the place (may be repeated)', gather)
    .addOption(jobsOption())
    .action(async (url: string, out: string | undefined, flags: GetFlags) => {
      const got = await getUrl(url, {
        ...(out === undefined ? {} : { out }),
        settings: settingsOf(flags.fsConfig),
        force: flags.force ?? false,
      })
      tell(got, flags, gotLine)
    })
}
