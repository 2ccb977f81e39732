import { Option, type Command } from 'commander'
import type { ConfigLevel } from '#pipeline'

export interface LevelFlags {
  readonly project?: boolean
  readonly local?: boolean
  readonly global?: boolean
  readonly system?: boolean
}

/** Which file of configuration a command works on. */
export function addLevelOptions(command: Command): Command {
  const others = ['project', 'local', 'global', 'system']
  const level = (name: string, text: string) =>
    new Option(`--${name}`, text).conflicts(others.filter((other) => other !== name))
  return command
    .addOption(level('project', 'the file that Git has: .dvc/config (the default)'))
    .addOption(level('local', 'the file that Git does not see: .dvc/config.local (for secrets)'))
    .addOption(level('global', 'the user’s file: ~/.config/dvc/config'))
    .addOption(level('system', 'the machine’s file: /etc/xdg/dvc/config'))
}

export function levelOf(flags: LevelFlags): ConfigLevel | undefined {
  const levels: readonly ConfigLevel[] = ['project', 'local', 'global', 'system']
  return levels.find((level) => flags[level])
}
