import { basename, relative } from 'node:path'
import type { RunSource } from '#contract'
import { codeVersion } from './code-version.ts'

let declared: readonly string[] | undefined

/** Says how this process was called, where its own arguments no longer show it: a script that `tidemill exec` runs sees only its own. */
export function declareCommand(command: readonly string[]): void {
  declared = command
}

/** Where a run comes from, and the patch that belongs among its files where its code was not that of the commit. */
export interface CodeSource {
  readonly source: RunSource
  readonly patch?: Uint8Array
}

/** What can be known of where a run of this process comes from: commit and what differed from it, command, environment. */
export async function codeSource({ uncommitted = true } = {}): Promise<CodeSource> {
  const { source, patch } = await codeVersion(uncommitted)
  return {
    source: {
      entry: process.argv.slice(1).join(' '),
      command: [...(declared ?? commandOf(process.argv, process.execArgv))],
      environment: { node: process.version, platform: `${process.platform} ${process.arch}` },
      ...source,
    },
    ...(patch === undefined ? {} : { patch }),
  }
}

/** What a run that is made again is marked with. */
export function rerunTags(): Readonly<Record<string, string>> {
  const of = process.env.TIDEMILL_RERUN_OF
  return of ? { 'tidemill.rerunOf': of } : {}
}

/** What ties a run to the attempt of the stage that it is made in. */
export function attemptTags(): Readonly<Record<string, string>> {
  const attempt = process.env.TIDEMILL_ATTEMPT
  return attempt ? { 'tidemill.attempt': attempt } : {}
}

/** The command of a process, such that it can be called again in another copy of its folder. */
export function commandOf(
  [program = 'node', script = '', ...args]: readonly string[],
  options: readonly string[],
): readonly string[] {
  if (/[/\\](?:src|dist)[/\\]cli[/\\]main\.[jt]s$/.test(script)) return ['tidemill', ...args]
  const own = script.startsWith('/') ? relative(process.cwd(), script) : script
  const name = basename(program)
  return [name === 'node' || name === 'node.exe' ? 'node' : program, ...options, own, ...args]
}
