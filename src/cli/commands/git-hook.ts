import { readFileSync, writeFileSync } from 'node:fs'
import { cwd } from 'node:process'
import { Command } from 'commander'
import {
  bringObjects,
  checkout,
  mergeDataFiles,
  mergeLocks,
  openRepository,
  push,
  status,
  type Merged,
} from '#pipeline'
import { exitCodes } from '../exit-code.ts'
import { red, yellow } from '../output.ts'
import { pipelineCommand, pipelineHere, rootHere } from '../pipeline-command.ts'

/** What Git calls; `tidemill install` sets it up. */
export function command(): Command {
  return new Command('git-hook')
    .addCommand(mergeDriver())
    .addCommand(hook('pre-commit', 'say what is not recorded', sayChanges))
    .addCommand(hook('post-checkout', 'bring data to what is recorded', bringData))
    .addCommand(hook('pre-push', 'send data to the remote', sendData))
}

interface DriverFlags {
  readonly ancestor: string
  readonly our: string
  readonly their: string
  readonly path?: string
}

function mergeDriver(): Command {
  return pipelineCommand('merge-driver', 'merge dvc.lock stage by stage, and folders file by file')
    .requiredOption('--ancestor <file>', 'the common version (%O)')
    .requiredOption('--our <file>', 'our version (%A), which becomes the merged one')
    .requiredOption('--their <file>', 'their version (%B)')
    .option('--path <path>', 'what the file is called (%P)')
    .action(async ({ ancestor, our, their, path }: DriverFlags) => {
      const read = (file: string): string => readFileSync(file, 'utf8')
      const [base, ours, theirs] = [read(ancestor), read(our), read(their)]
      const isLock = path?.endsWith('dvc.lock') ?? /^schema:/m.test(`${ours}${theirs}`)
      const { text, conflicts } = isLock
        ? mergeLocks(base, ours, theirs)
        : await mergeFolder(path ?? 'the .dvc file', base, ours, theirs)
      writeFileSync(our, text)
      const next = isLock ? 'it has no entry now: tidemill repro makes it anew' : 'ours was kept'
      for (const name of conflicts)
        process.stderr.write(`${yellow('!')} ${name} was changed on both sides; ${next}\n`)
      if (conflicts.length > 0) process.exitCode = exitCodes.no
    })
}

async function mergeFolder(
  path: string,
  base: string,
  ours: string,
  theirs: string,
): Promise<Merged> {
  const repository = openRepository(rootHere())
  let isAsked = false
  try {
    const merged = await mergeDataFiles(repository, base, ours, theirs, async (each, digests) => {
      isAsked = true
      await bringObjects(each, digests, { manifestsAlone: true })
    })
    if (merged.text !== ours)
      process.stderr.write(`${path} is merged: tidemill pull brings its files\n`)
    return merged
  } catch (error) {
    // Git writes no marks into a file that a driver could not merge: ours looks as if it were the answer
    const later = ` When the other side has pushed its data: git checkout -m -- ${path}`
    process.stderr.write(`${red('✗')} ${path} is still as on our side.${isAsked ? later : ''}\n`)
    throw error
  }
}

function hook(name: string, summary: string, work: () => Promise<void>): Command {
  return pipelineCommand(name, summary)
    .argument('[args...]', 'what Git says')
    .action(async (args: readonly string[]) => {
      // a checkout of single files says 0 in its third place: the commit is the same
      if (name === 'post-checkout' && args[2] === '0') return
      await work()
    })
}

async function sayChanges(): Promise<void> {
  const changed = await status(pipelineHere())
  for (const { name } of changed) process.stderr.write(`${yellow('!')} ${name} is not up to date\n`)
}

async function bringData(): Promise<void> {
  const { missing } = await checkout(pipelineHere())
  for (const path of missing)
    process.stderr.write(`${red('✗')} ${path} is not in the cache: tidemill pull in ${cwd()}\n`)
}

async function sendData(): Promise<void> {
  await push(pipelineHere())
}
