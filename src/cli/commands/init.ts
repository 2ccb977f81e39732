import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { setConfig } from '#pipeline'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { green, show } from '../output.ts'

export function command(): Command {
  return baseCommand('init')
    .argument('[dir]', 'the folder', '.')
    .option('--template <name>', 'start from an example: diabetes or census')
    .option('--csv <file>', 'start from a CSV of your own')
    .option('--label <column>', 'with --csv: the column to predict')
    .option('--ci <provider>', 'add a workflow for github or gitlab')
    .addOption(new Option('--no-scm', 'where there is no Git').hideHelp())
    .addOption(new Option('--subdir', 'taken for DVC’s sake').hideHelp())
    .option('-q, --quiet', 'print nothing but errors')
    .action(
      async (
        dir: string,
        options: BaseOptions & {
          template?: string
          csv?: string
          label?: string
          ci?: string
          quiet?: boolean
          scm?: boolean
        },
      ) => {
        const { initProject } = await import('#app/init')
        const made = await initProject({
          dir,
          ...(options.template === undefined ? {} : { template: options.template }),
          ...(options.csv === undefined ? {} : { csv: options.csv }),
          ...(options.label === undefined ? {} : { label: options.label }),
          ...(options.ci === undefined ? {} : { ci: options.ci }),
        })
        if (options.scm === false) setConfig(resolve(dir), 'core.no_scm', 'True')
        if (options.quiet) return
        show(made, options.json, ({ files, leftOut, next }) =>
          [
            ...files.map((file) => `${green('+')} ${file}`),
            '',
            ...(leftOut.length === 0
              ? []
              : [
                  'No inputs of the model, until you name them under base.inputs of params.yaml:',
                  ...leftOut.map(({ column, why }) => `  ${column} ${why}`),
                  '',
                ]),
            'Next:',
            ...next.map((line) => `  ${line}`),
          ].join('\n'),
        )
      },
    )
}
