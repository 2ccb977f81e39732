import { CommanderError } from 'commander'
import { explainFullDisk, TidemillError } from '#contract/error'
import type { ListedCommand } from './command-list.ts'
import { exitCodeOf, exitCodes } from './exit-code.ts'
import { showError } from './output.ts'

/** Loads and runs one command; its exit code is the answer. */
export async function runCommand(
  commands: readonly ListedCommand[],
  word: string,
  args: readonly string[],
): Promise<number> {
  const asJson = args.includes('--json')
  const listed = commands.find(({ name, aliases }) => name === word || aliases?.includes(word))
  if (!listed) {
    const near = commands.filter((each) => each.name.startsWith(word.slice(0, 2)))
    const guess =
      near.length > 0 ? ` Did you mean ${near.map((each) => each.name).join(', ')}?` : ''
    const problem = `There is no command "${word}".${guess}`
    if (asJson) showError(new TidemillError('bad_request', { problem }), true)
    else process.stderr.write(`${problem} See tidemill --help.\n`)
    return exitCodes.usage
  }
  const command = (await listed.load()).command()
  command
    .name(`tidemill ${word}`)
    .description(listed.summary)
    .configureHelp({ showGlobalOptions: true })
  for (const each of [command, ...command.commands]) {
    each.exitOverride()
    // an error of usage is told as JSON below
    if (asJson) each.configureOutput({ outputError: () => undefined })
  }
  try {
    await command.parseAsync([...args], { from: 'user' })
    return typeof process.exitCode === 'number' ? process.exitCode : exitCodes.done
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.done
      const problem = error.message.replace(/^error: /, '')
      if (asJson) showError(new TidemillError('bad_request', { problem }), true)
      return listed.dvc ? exitCodes.dvcUsage : exitCodes.usage
    }
    const said = inOurWords(error)
    showError(said, asJson)
    return exitCodeOf(said)
  }
}

/** What the operating system says of a full disk, or of a quota, in our words. */
function inOurWords(error: unknown): unknown {
  const file =
    error instanceof Error && 'path' in error && typeof error.path === 'string'
      ? error.path
      : undefined
  return explainFullDisk(error, file ?? `in ${process.cwd()}`)
}
