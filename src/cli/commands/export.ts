import { Command } from 'commander'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { homeOf, projectOf } from '../connect.ts'
import { showCopy } from '../copy-lines.ts'
import { mlflowAddress } from '../mlflow-address.ts'
import { green, show } from '../output.ts'
import { openProgress } from '../progress.ts'
import { withServer } from '../with-server.ts'

export function command(): Command {
  return new Command('export').addCommand(project()).addCommand(mlflow())
}

function project(): Command {
  return baseCommand('project', 'the whole project as a folder of open formats')
    .argument('<folder>', 'a folder that is not there yet')
    .action(async (folder: string, options: BaseOptions) => {
      const { exportProject, openApp } = await import('#app')
      const progress = openProgress()
      const app = await openApp({ home: homeOf(options), create: false })
      try {
        const rooms = await app.project(projectOf(options))
        const done = await exportProject(rooms, folder, (part) => progress.update(0, 0, part))
        progress.end()
        show(
          done,
          options.json,
          ({ rows, objects }) => `${green('✓')} ${rows} rows and ${objects} objects in ${folder}`,
        )
      } finally {
        await app.close()
      }
    })
}

function mlflow(): Command {
  return baseCommand('mlflow', 'runs, files and models to an MLflow server')
    .requiredOption('--to <url>', 'the server, for example http://127.0.0.1:5000')
    .option('--to-token <token>', 'its bearer token')
    .action(async (options: BaseOptions & { to: string; toToken?: string }) => {
      const { copyMlflow } = await import('#app')
      const to = mlflowAddress(options.to, options.toToken)
      const progress = openProgress()
      const report = await withServer(options, (server) =>
        copyMlflow(server, to, (message) => progress.update(0, 0, message)),
      )
      progress.end()
      showCopy(report, options.json)
    })
}
