import { pathToFileURL } from 'node:url'
import type { Command } from 'commander'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { inputFile } from '../input-file.ts'

export function command(): Command {
  return baseCommand('exec')
    .argument('<script>', 'a TypeScript or JavaScript file')
    .argument('[args...]')
    .passThroughOptions()
    .action(async (script: string, args: readonly string[], options: BaseOptions) => {
      await inputFile(script)
      if (options.home !== undefined) process.env.TIDEMILL_HOME = options.home
      if (options.url !== undefined) process.env.TIDEMILL_URL = options.url
      const { closeKit, declareCommand, registerKit } = await import('#app/script')
      registerKit()
      const file = pathToFileURL(script)
      process.argv = [process.argv0, script, ...args]
      declareCommand(['tidemill', 'exec', script, ...args])
      try {
        await import(file.href)
      } finally {
        await closeKit()
      }
    })
}
