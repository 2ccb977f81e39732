import { join, relative } from 'node:path/posix'
import { cwd } from 'node:process'
import { Command, Option } from 'commander'
import { TidemillError } from '#contract/error'
import { findRepository, loadPipeline, type Pipeline } from '#pipeline/daily'
import { show } from './output.ts'

/** What every command in DVC's words takes. */
export interface PipelineOptions {
  readonly json?: boolean
  readonly quiet?: boolean
}

export function pipelineCommand(name: string, summary = ''): Command {
  return new Command(name)
    .description(summary)
    .option('--json', 'print the result as JSON')
    .option('-q, --quiet', 'print nothing but errors')
    .addOption(new Option('-v, --verbose', 'taken for DVC’s sake').hideHelp())
}

/** The root of the repository that the user is in. Errors: `repository_missing`. */
export function rootHere(): string {
  const root = findRepository(cwd())
  if (root === undefined) throw new TidemillError('repository_missing', { folder: cwd() })
  return root
}

/** The pipeline of the repository that the user is in. Errors: `repository_missing`, `pipeline_invalid`. */
export function pipelineHere(): Pipeline {
  rootHere()
  return loadPipeline(cwd())
}

/** A path of the repository as the user would write it here. */
export function asHere(root: string, path: string): string {
  return path.startsWith('/') ? path : relative(cwd(), join(root, path))
}

/** Prints a result, unless the user asked for silence. */
export function tell<T>(result: T, options: PipelineOptions, pretty: (result: T) => string): void {
  if (!options.quiet) show(result, options.json, pretty)
}

/** Gathers a repeated option: `--set-param a=1 --set-param b=2`. */
export function gather(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

/** `3 objects`, `1 object`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** Targets as the room takes them: none means all. */
export function targetsOf(targets: readonly string[]): { targets?: readonly string[] } {
  return targets.length === 0 ? {} : { targets }
}
