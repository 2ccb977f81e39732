import type { Command } from 'commander'
import { setUpGit } from '#pipeline'
import { green, yellow } from '../output.ts'
import { pipelineCommand, rootHere, tell, type PipelineOptions } from '../pipeline-command.ts'

export function command(): Command {
  return pipelineCommand('install')
    .option('--merge-driver', 'the merge driver alone, without hooks')
    .action((options: PipelineOptions & { mergeDriver?: boolean }) => {
      const done = setUpGit(rootHere(), { hooks: !options.mergeDriver })
      tell(done, options, ({ changed, kept }) =>
        [
          `${green('✓')} Git merges dvc.lock stage by stage, and folders in .dvc files file by file`,
          ...changed.map((file) => `${green('+')} ${file}`),
          ...kept.map(
            (name) =>
              `${yellow('!')} the hook ${name} is another program’s and stays; add to it: tidemill git-hook ${name} "$@"`,
          ),
          ...(changed.includes('.gitattributes')
            ? ['Put .gitattributes into Git; each clone runs tidemill install once.']
            : []),
        ].join('\n'),
      )
    })
}
