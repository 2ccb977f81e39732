import type { Command } from 'commander'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { bold, dim, green, show } from '../output.ts'
import { openProgress } from '../progress.ts'
import { stopSignal } from './server.ts'

export function command(): Command {
  return baseCommand('demo')
    .option('--template <name>', 'the example: diabetes or census', 'diabetes')
    .option('--dir <dir>', 'where to make it; a temporary folder unless said')
    .option('--port <n>', 'port of the server', Number, 0)
    .option('--once', 'end after the loop instead of staying up')
    .action(
      async (
        options: BaseOptions & { template: string; dir?: string; port: number; once?: boolean },
      ) => {
        const { runDemo } = await import('#app')
        const progress = openProgress()
        const demo = await runDemo({
          template: options.template,
          port: options.port,
          ...(options.dir === undefined ? {} : { dir: options.dir }),
          onStep: (done, total, message) => progress.update(done, total, message),
        })
        progress.end()
        const { links, seconds, dir, story } = demo
        show({ links, seconds, dir, story }, options.json, () =>
          [
            ...story.map((line) => `${green('✓')} ${line}`),
            '',
            bold(`The loop closed in ${seconds.toFixed(1)} s.`),
            ...links.map((link) => `  ${link.title.padEnd(22)}${link.url}`),
            '',
            dim(`The project is in ${dir}.`),
          ].join('\n'),
        )
        if (!options.once) {
          process.stderr.write('It stays up until Ctrl-C.\n')
          await stopSignal()
        }
        await demo.stop()
      },
    )
}
