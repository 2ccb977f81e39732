import { relative } from 'node:path'
import { cwd } from 'node:process'
import { Command } from 'commander'
import { migrateCache, openRepository, setCacheFolder } from '#pipeline'
import { addLevelOptions, levelOf, type LevelFlags } from '../config-level.ts'
import { green } from '../output.ts'
import {
  counted,
  pipelineCommand,
  pipelineHere,
  rootHere,
  tell,
  type PipelineOptions,
} from '../pipeline-command.ts'

export function command(): Command {
  return new Command('cache').addCommand(dir()).addCommand(migrate())
}

function dir(): Command {
  return addLevelOptions(
    pipelineCommand('dir', 'show where the cache is, or move there')
      .argument('[path]', 'another folder; what the present one holds stays where it is')
      .option('-u, --unset', 'back to .dvc/cache'),
  ).action(
    (path: string | undefined, flags: PipelineOptions & LevelFlags & { unset?: boolean }) => {
      const root = rootHere()
      if (path !== undefined || flags.unset)
        setCacheFolder(root, flags.unset ? undefined : path, levelOf(flags), cwd())
      const { folder } = openRepository(root).cache
      tell({ dir: folder }, flags, () => relative(cwd(), folder) || '.')
    },
  )
}

function migrate(): Command {
  return pipelineCommand('migrate', 'bring objects of DVC 2 into the present layout')
    .option('--dry', 'only say what would be done')
    .action(async (flags: PipelineOptions & { dry?: boolean }) => {
      const done = await migrateCache(pipelineHere(), { dry: flags.dry ?? false })
      tell(done, flags, ({ objects, left }) =>
        [
          `${green('✓')} ${counted(objects, 'object')} ${flags.dry ? 'would be' : 'are'} in the present layout`,
          ...(left === 0
            ? []
            : [
                `  ${counted(left, 'object')} stay where they are: the files that name them have converted line ends. tidemill commit -f records them anew.`,
              ]),
        ].join('\n'),
      )
    })
}
