import type { Command } from 'commander'
import { fsck, type FsckResult } from '#pipeline'
import { exitCodes } from '../exit-code.ts'
import { green, red } from '../output.ts'
import {
  counted,
  pipelineCommand,
  pipelineHere,
  tell,
  type PipelineOptions,
} from '../pipeline-command.ts'
import { openProgress } from '../progress.ts'

interface FsckFlags extends PipelineOptions {
  readonly repair?: boolean
  readonly cloud?: boolean
  readonly remote?: string
}

export function command(): Command {
  return pipelineCommand('fsck')
    .option('--repair', 'put sound copies in place of damaged and missing objects, from the remote')
    .option('-c, --cloud', 'read the remote’s objects too; --repair mends them from here')
    .option('-r, --remote <name>', 'a remote other than the default')
    .addHelpText(
      'after',
      '\nExits with 1 while an object is damaged, or data that is recorded is not in the cache.',
    )
    .action(async (flags: FsckFlags) => {
      const progress =
        process.stderr.isTTY && !flags.quiet && !flags.json ? openProgress() : undefined
      const result = await fsck(pipelineHere(), {
        repair: flags.repair ?? false,
        cloud: flags.cloud ?? false,
        ...(flags.remote === undefined ? {} : { remote: flags.remote }),
        onProgress: (checked) => progress?.update(0, 0, `${checked} objects read`),
      })
      progress?.end()
      tell(result, flags, (found) => lines(found, flags.repair ?? false).join('\n'))
      if (result.missing.length + unmended(result) > 0) process.exitCode = exitCodes.no
    })
}

/** How many damaged objects no sound copy was put in place of. */
function unmended({ corrupt, repaired, remote }: FsckResult): number {
  const left = (all: readonly string[], back: readonly string[]) =>
    all.filter((md5) => !back.includes(md5)).length
  return left(corrupt, repaired) + (remote ? left(remote.corrupt, remote.repaired) : 0)
}

function lines(result: FsckResult, repair: boolean): string[] {
  const { checked, corrupt, repaired, missing, remote } = result
  const read = `${counted(checked, 'object')} read${remote ? `, and ${remote.checked} on the remote` : ''}`
  if (corrupt.length + missing.length + repaired.length + (remote?.corrupt.length ?? 0) === 0)
    return [`${green('✓')} ${read}, all as their names say`]
  const what = (md5: string, back: readonly string[], leaves: string) =>
    back.includes(md5) ? 'was damaged and is mended' : `is damaged${repair ? leaves : ''}`
  const sign = (md5: string, back: readonly string[]) =>
    back.includes(md5) ? green('✓') : red('✗')
  return [
    read,
    ...corrupt.map(
      (md5) => `${sign(md5, repaired)} ${md5} ${what(md5, repaired, ' and was set aside')}`,
    ),
    ...repaired
      .filter((md5) => !corrupt.includes(md5))
      .map((md5) => `${green('✓')} ${md5} was missing and came back`),
    ...(remote?.corrupt ?? []).map(
      (md5) =>
        `${sign(md5, remote?.repaired ?? [])} ${md5} on the remote ${what(md5, remote?.repaired ?? [], ' and stays there: no sound copy is here; tidemill fsck --cloud --repair mends it where there is one')}`,
    ),
    ...missing.map((path) => `${red('✗')} ${path} is recorded, and not whole in the cache`),
    ...(missing.length + unmended(result) === 0
      ? []
      : [
          repair
            ? '  Make what is missing again: tidemill repro, or push it from where it is.'
            : '  Mend it from the remote: tidemill fsck --repair.',
        ]),
  ]
}
