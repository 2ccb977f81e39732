import type { Command } from 'commander'
import { baseCommand, type BaseOptions } from './base-command.ts'
import { homeOf, projectOf } from './connect.ts'
import { showCopy } from './copy-lines.ts'
import { mlflowAddress } from './mlflow-address.ts'
import { green, show } from './output.ts'
import { openProgress } from './progress.ts'
import { withServer } from './with-server.ts'

/** `import project`: what `export project` wrote. */
export function importProjectCommand(): Command {
  return baseCommand(
    'project',
    'a folder that "tidemill export project" wrote, into an empty project',
  )
    .argument('<folder>')
    .action(async (folder: string, options: BaseOptions) => {
      const { importProject, openApp } = await import('#app')
      const progress = openProgress()
      const app = await openApp({ home: homeOf(options) })
      try {
        const rooms = await app.project(projectOf(options), { make: true })
        const done = await importProject(rooms, folder, (part) => progress.update(0, 0, part))
        progress.end()
        show(
          done,
          options.json,
          ({ rows, objects }) => `${green('✓')} ${rows} rows and ${objects} objects are in.`,
        )
      } finally {
        await app.close()
      }
    })
}

interface ImportMlflowOptions extends BaseOptions {
  readonly from: string
  readonly fromToken?: string
  readonly artifacts?: string
}

/** `import mlflow`: what an MLflow server has, or what one wrote. */
export function importMlflowCommand(): Command {
  return baseCommand(
    'mlflow',
    'what an MLflow server has, or wrote; run it again to go on where it stopped',
  )
    .requiredOption(
      '--from <place>',
      'http://SERVER, an mlruns folder, an SQLite file, or postgres://…',
    )
    .option('--from-token <token>', 'the bearer token of a server')
    .option('--artifacts <dir>', 'the folder in which the server of a database kept its artifacts')
    .action(async (options: ImportMlflowOptions) => {
      const { copyMlflow } = await import('#app')
      const { artifacts } = options
      const progress = openProgress()
      const from = {
        ...mlflowAddress(options.from, options.fromToken),
        ...(artifacts === undefined ? {} : { artifacts }),
      }
      const report = await withServer(options, (server) =>
        copyMlflow(from, server, (message) => progress.update(0, 0, message)),
      )
      progress.end()
      showCopy(report, options.json)
    })
}
