import type { Command } from 'commander'
import { TidemillError } from '#contract'
import { configEntries, setConfig, type ConfigEntry } from '#pipeline'
import { addLevelOptions, levelOf, type LevelFlags } from '../config-level.ts'
import { green } from '../output.ts'
import { pipelineCommand, rootHere, tell, type PipelineOptions } from '../pipeline-command.ts'

interface ConfigFlags extends PipelineOptions, LevelFlags {
  readonly unset?: boolean
  readonly list?: boolean
  readonly showOrigin?: boolean
}

export function command(): Command {
  return addLevelOptions(
    pipelineCommand('config')
      .argument('[name]', 'section.option, such as core.remote, cache.dir or remote.NAME.url')
      .argument('[value]', 'what to set it to; without, it is shown')
      .option('-u, --unset', 'take the setting away')
      .option('-l, --list', 'every setting')
      .option('--show-origin', 'with the file that says it'),
  ).action((name: string | undefined, value: string | undefined, options: ConfigFlags) => {
    const root = rootHere()
    const level = levelOf(options)
    if (options.list || name === undefined) {
      const entries = configEntries(root, level)
      tell({ entries }, options, () =>
        entries.map((each) => shown(each, `${each.name}=${each.value}`, options)).join('\n'),
      )
      return
    }
    if (value === undefined && !options.unset) {
      const found = configEntries(root, level).findLast((each) => each.name === name)
      if (!found) {
        throw new TidemillError('not_found', { kind: 'setting', name })
      }
      tell(found, options, (entry) => shown(entry, entry.value, options))
      return
    }
    setConfig(root, name, options.unset ? undefined : value, level)
    tell({ name, value: options.unset ? null : value }, options, () =>
      options.unset
        ? `${green('✓')} ${name} is not set any more`
        : `${green('✓')} ${name} = ${value}`,
    )
  })
}

function shown({ file }: ConfigEntry, text: string, { showOrigin }: ConfigFlags): string {
  return showOrigin ? `${file}\t${text}` : text
}
