import type { Command } from 'commander'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { homeOf } from '../connect.ts'
import { exitCodes } from '../exit-code.ts'
import { dim, green, red, show, yellow } from '../output.ts'

const signs = { good: green('✓'), warning: yellow('!'), bad: red('✗') } as const

export function command(): Command {
  return baseCommand('doctor')
    .option('--port <n>', 'the port the server would take', Number, 8400)
    .action(async (options: BaseOptions & { port: number }) => {
      const { examine } = await import('#app/doctor')
      const findings = await examine({ home: homeOf(options), port: options.port })
      show({ findings }, options.json, () =>
        findings
          .map((each) => {
            const line = `${signs[each.state]} ${each.what}: ${each.found}`
            return each.remedy === undefined ? line : `${line}\n  ${dim(each.remedy)}`
          })
          .join('\n'),
      )
      if (findings.some((each) => each.state === 'bad')) process.exitCode = exitCodes.no
    })
}
