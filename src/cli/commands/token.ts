import { Command } from 'commander'
import { operations } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { dim, green, show, textTable, when } from '../output.ts'

export function command(): Command {
  return new Command('token').addCommand(list()).addCommand(create()).addCommand(revoke())
}

function list(): Command {
  return baseCommand('list', 'tokens, without their text').action(async (options: BaseOptions) => {
    const result = await withCaller(options, (caller) => caller.call(operations.tokens.list, {}))
    show(result, options.json, ({ tokens }) =>
      tokens.length === 0
        ? 'No tokens yet: tidemill token create NAME'
        : textTable(
            ['token', 'user', 'name', 'starts', 'scopes', 'expires', 'last used', ''],
            tokens.map((each) => [
              each.id,
              each.user,
              each.name,
              each.start,
              each.scopes.join(' '),
              when(each.expiresAt),
              when(each.lastUsedAt),
              each.revoked ? 'revoked' : '',
            ]),
          ),
    )
  })
}

function create(): Command {
  return baseCommand('create', 'make a token; its text is shown this once')
    .argument('<name>')
    .option('--user <user>', 'whose token (an admin may make others’)')
    .option('--scope <permission...>', 'only these permissions, for example endpoints:predict')
    .option('--days <n>', 'days until it expires', Number, 90)
    .action(
      async (
        name: string,
        options: BaseOptions & { user?: string; scope?: string[]; days: number },
      ) => {
        const result = await withCaller(options, (caller) =>
          caller.call(operations.tokens.create, {
            name,
            days: options.days,
            ...(options.user === undefined ? {} : { user: options.user }),
            ...(options.scope === undefined ? {} : { scopes: options.scope }),
          }),
        )
        show(
          result,
          options.json,
          ({ token }) => `${token}\n${dim('This is shown once. Keep it where secrets are kept.')}`,
        )
      },
    )
}

function revoke(): Command {
  return baseCommand('revoke', 'end a token at once')
    .argument('<id>')
    .action(async (id: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.tokens.revoke, { id }),
      )
      show(result, options.json, () => `${green('✓')} revoked`)
    })
}
