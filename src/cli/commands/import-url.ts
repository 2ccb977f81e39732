import type { Command } from 'commander'
import { importUrl } from '#pipeline'
import { importedLine } from '../imported-line.ts'
import {
  addBringOptions,
  addToRemoteOptions,
  broughtBy,
  sentBy,
  type BringFlags,
} from '../import-options.ts'
import {
  gather,
  pipelineCommand,
  pipelineHere,
  tell,
  type PipelineOptions,
} from '../pipeline-command.ts'
import { settingsOf } from '../remote-settings.ts'

interface ImportUrlFlags extends PipelineOptions, BringFlags {
  readonly force?: boolean
  readonly fsConfig?: readonly string[]
}

export function command(): Command {
  return addToRemoteOptions(
    addBringOptions(
      pipelineCommand('import-url')
        .argument('<url>', 'a path, or s3://, azure://, ssh://, https:// or remote://NAME/…')
        .argument('[out]', 'where it goes; its own name unless said')
        .option('-f, --force', 'in place of what lies there'),
    ),
  )
    .option('--fs-config <name=value>', 'a setting of the place (may be repeated)', gather)
    .action(async (url: string, out: string | undefined, options: ImportUrlFlags) => {
      const imported = await importUrl(pipelineHere(), url, {
        ...broughtBy(options),
        ...sentBy(options),
        ...(out === undefined ? {} : { out }),
        settings: settingsOf(options.fsConfig),
        force: options.force ?? false,
      })
      tell(imported, options, importedLine)
    })
}
