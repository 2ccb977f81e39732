import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { cwd } from 'node:process'
import type { Command } from 'commander'
import type { Rooms } from '#app'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { homeOf, projectOf } from '../connect.ts'
import { green, show } from '../output.ts'
import { rootHere } from '../pipeline-command.ts'

interface ReportOptions extends BaseOptions {
  readonly base: string
  readonly out?: string
}

export function command(): Command {
  return baseCommand('report')
    .option('--base <revision>', 'what to compare with', 'HEAD')
    .option('--out <file>', 'write it there instead of printing it')
    .action(async (options: ReportOptions) => {
      rootHere()
      const { changeReport } = await import('#app')
      const report = await withRooms(options, (rooms) => changeReport(cwd(), options.base, rooms))
      const { markdown, ...found } = report
      if (options.out === undefined) {
        show(found, options.json, () => markdown)
        return
      }
      await writeFile(options.out, markdown)
      show(found, options.json, () => `${green('✓')} ${options.out ?? ''}`)
    })
}

/** The project's rooms, for its gates; without a home there are none to tell of. */
async function withRooms<T>(options: BaseOptions, work: (rooms?: Rooms) => Promise<T>): Promise<T> {
  const home = homeOf(options)
  if (!existsSync(home)) return work()
  const { openApp } = await import('#app')
  const app = await openApp({ home })
  try {
    return await work(await app.project(projectOf(options)))
  } finally {
    await app.close()
  }
}
