import { Command, Option } from 'commander'
import { operations, TidemillError, type UserRecord } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { green, show, textTable } from '../output.ts'
import {
  accessCommand,
  grantPlace,
  grantTable,
  groupCommand,
  groupTable,
  type PlaceOptions,
} from '../user-groups.ts'

type Role = 'viewer' | 'editor' | 'manager' | 'admin'

export function command(): Command {
  return new Command('user')
    .addCommand(list())
    .addCommand(add())
    .addCommand(password())
    .addCommand(grant())
    .addCommand(disable())
    .addCommand(groupCommand())
    .addCommand(accessCommand())
}

function list(): Command {
  return baseCommand('list', 'people and service accounts').action(async (options: BaseOptions) => {
    const result = await withCaller(options, (caller) => caller.call(operations.users.list, {}))
    show(result, options.json, ({ users }) =>
      users.length === 0 ? 'No users yet: tidemill user add NAME' : userTable(users),
    )
  })
}

function userTable(users: readonly UserRecord[]): string {
  return textTable(
    ['name', 'kind', 'roles', ''],
    users.map((user) => [
      user.name,
      user.kind,
      user.grants.map((each) => `${each.role} in ${each.project}`).join(', '),
      user.disabled ? 'disabled' : '',
    ]),
  )
}

function add(): Command {
  return baseCommand('add', 'add a person, or with --service an account for programs')
    .argument('<name>')
    .option('--service', 'a service account: no password, only tokens')
    .addOption(roleOption().default('viewer'))
    .option('--in <project>', 'the project of the role; * is all', '*')
    .option('--password-stdin', 'read the password from standard input')
    .action(
      async (
        name: string,
        options: BaseOptions & {
          service?: boolean
          role: Role
          in: string
          passwordStdin?: boolean
        },
      ) => {
        const secret = options.service ? undefined : await readPassword(options.passwordStdin)
        const result = await withCaller(options, (caller) =>
          caller.call(operations.users.create, {
            name,
            kind: options.service ? 'service' : 'person',
            role: options.role,
            project: options.in,
            ...(secret === undefined ? {} : { password: secret }),
          }),
        )
        show(result, options.json, ({ user }) => `${green('✓')} ${user.name} is ${options.role}`)
      },
    )
}

function password(): Command {
  return baseCommand('password', 'set a password and end the user’s sessions')
    .argument('<name>')
    .option('--password-stdin', 'read the password from standard input')
    .action(async (name: string, options: BaseOptions & { passwordStdin?: boolean }) => {
      const secret = await readPassword(options.passwordStdin)
      const result = await withCaller(options, (caller) =>
        caller.call(operations.users.password, { name, password: secret }),
      )
      show(result, options.json, () => `${green('✓')} changed; sessions of ${name} ended`)
    })
}

interface GrantOptions extends BaseOptions, PlaceOptions {
  readonly in: string
  readonly role?: Role
  readonly none?: boolean
  readonly group?: boolean
}

function grant(): Command {
  return baseCommand(
    'grant',
    'give a role in a project, an experiment or a folder; --none takes it away',
  )
    .argument('<name>', 'a user, or with --group a group')
    .option('--group', 'to a group')
    .option('--in <project>', 'the project; * is all', '*')
    .option('-e, --experiment <name>', 'only in this experiment of the project (--project)')
    .option('--folder <path>', 'only in experiments of this folder and below')
    .addOption(roleOption())
    .option('--none', 'take the role away')
    .action(async (name: string, options: GrantOptions) => {
      const { role, experiment, folder, group = false } = options
      if (role === undefined && !options.none) {
        throw new TidemillError('bad_request', { problem: 'Say --role ROLE or --none.' })
      }
      await withCaller(options, async (caller) => {
        if (experiment !== undefined || folder !== undefined) {
          const holder = group ? { group: name } : { user: name }
          const given = await grantPlace(caller, holder, options, role)
          return show(given, options.json, grantTable)
        }
        const input = { name, project: options.in, ...(role === undefined ? {} : { role }) }
        if (group) {
          const granted = await caller.call(operations.groups.grant, input)
          return show(granted, options.json, (each) => groupTable([each.group]))
        }
        const granted = await caller.call(operations.users.grant, input)
        return show(granted, options.json, ({ user }) => userTable([user]))
      })
    })
}

function disable(): Command {
  return baseCommand('disable', 'shut a user out; --undo lets them in again')
    .argument('<name>')
    .option('--undo', 'let them in again')
    .action(async (name: string, options: BaseOptions & { undo?: boolean }) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.users.disable, { name, disabled: !options.undo }),
      )
      show(result, options.json, ({ user }) => userTable([user]))
    })
}

function roleOption(): Option {
  return new Option('--role <role>', 'what they may do').choices([
    'viewer',
    'editor',
    'manager',
    'admin',
  ])
}

async function readPassword(fromStdin: boolean | undefined): Promise<string> {
  if (fromStdin) {
    let text = ''
    for await (const chunk of process.stdin.setEncoding('utf8')) text += String(chunk)
    return text.replace(/\r?\n$/, '')
  }
  if (!process.stdin.isTTY) {
    throw new TidemillError('bad_request', {
      problem: 'There is no terminal to ask for a password on: add --password-stdin.',
    })
  }
  const { password: ask, isCancel } = await import('@clack/prompts')
  const answer = await ask({ message: 'Password (at least 10 characters)' })
  if (isCancel(answer))
    throw new TidemillError('bad_request', { problem: 'No password was given.' })
  return answer
}
