import type { Command } from 'commander'
import type { SourceAccess } from '#pipeline'
import { settingsOf } from './remote-settings.ts'

export interface SourceFlags {
  readonly rev?: string
  readonly config?: string
  readonly remote?: string
  readonly remoteConfig?: readonly string[]
}

/** What commands that reach into another Git repository have in common. */
export function addSourceOptions(command: Command): Command {
  return command
    .option('--rev <commit>', 'a commit, branch or tag there')
    .option('--config <file>', 'a configuration file that is read over the one there')
    .option('--remote <name>', 'a remote there other than its default')
    .option('--remote-config <name=value...>', 'settings of that remote')
}

export function sourceOf(flags: SourceFlags): SourceAccess & { readonly rev?: string } {
  const { rev, config, remote, remoteConfig } = flags
  return {
    ...(rev === undefined ? {} : { rev }),
    ...(config === undefined ? {} : { config }),
    ...(remote === undefined ? {} : { remote }),
    ...(remoteConfig === undefined ? {} : { remoteConfig: settingsOf(remoteConfig) }),
  }
}
