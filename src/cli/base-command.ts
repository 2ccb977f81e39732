import { Command } from 'commander'

/** What every command takes. */
export interface BaseOptions {
  readonly home?: string
  readonly url?: string
  readonly project?: string
  readonly json?: boolean
}

export function baseCommand(name: string, summary = ''): Command {
  return new Command(name)
    .description(summary)
    .option('--home <dir>', 'where Tidemill keeps its state (default ./.tidemill)')
    .option('--url <url>', 'talk to a running server instead')
    .option('--project <name>', 'the project')
    .option('--json', 'print the result as JSON')
}
