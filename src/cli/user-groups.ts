import type { Command } from 'commander'
import {
  operations,
  TidemillError,
  type Caller,
  type GroupRecord,
  type PlaceGrant,
} from '#contract'
import { baseCommand, type BaseOptions } from './base-command.ts'
import { withCaller } from './connect.ts'
import { green, show, textTable } from './output.ts'

export interface PlaceOptions {
  readonly experiment?: string
  readonly folder?: string
}

type Grants = { readonly grants: readonly (PlaceGrant & { readonly name: string })[] }

/** `user group`: users by a name of their own. */
export function groupCommand(): Command {
  return baseCommand('group', 'groups of users, who hold what the group holds')
    .addCommand(list())
    .addCommand(add())
    .addCommand(remove())
    .addCommand(member('join', 'take users into a group', true))
    .addCommand(member('leave', 'put users out of a group', false))
}

/** `user access`: roles in experiments and folders. */
export function accessCommand(): Command {
  return baseCommand('access', 'who has a role in one experiment or folder').action(
    async (options: BaseOptions) => {
      const result = await withCaller(options, (caller) => caller.call(operations.runs.access, {}))
      show(result, options.json, grantTable)
    },
  )
}

/** A role in one experiment or folder, for a user or a group; without a role it is taken away. */
export function grantPlace(
  caller: Caller,
  holder: { readonly user: string } | { readonly group: string },
  { experiment, folder }: PlaceOptions,
  role: string | undefined,
): Promise<Grants> {
  if (role === 'admin') {
    const problem = 'In an experiment or folder roles are viewer, editor and manager.'
    throw new TidemillError('bad_request', { problem })
  }
  return caller.call(operations.runs.grantAccess, {
    ...holder,
    ...(experiment === undefined ? {} : { experiment }),
    ...(folder === undefined ? {} : { folder: folder.replace(/\/$/, '') }),
    ...(role === undefined ? {} : { role: role as PlaceGrant['role'] }),
  })
}

export function grantTable({ grants }: Grants): string {
  if (grants.length === 0) return 'Nobody has a role in one experiment or folder only.'
  return textTable(
    ['place', '', 'who', '', 'role'],
    grants.map(({ name, kind, holder, holderKind, role }) => [
      name,
      kind,
      holder,
      holderKind,
      role,
    ]),
  )
}

export function groupTable(groups: readonly GroupRecord[]): string {
  if (groups.length === 0) return 'No groups yet: tidemill user group add NAME'
  return textTable(
    ['group', 'members', 'roles'],
    groups.map(({ name, members, grants }) => [
      name,
      members.join(', '),
      grants.map(({ role, project }) => `${role} in ${project}`).join(', '),
    ]),
  )
}

function list(): Command {
  return baseCommand('ls', 'the groups').action(async (options: BaseOptions) => {
    const result = await withCaller(options, (caller) => caller.call(operations.groups.list, {}))
    show(result, options.json, ({ groups }) => groupTable(groups))
  })
}

function add(): Command {
  return baseCommand('add', 'make a group')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.groups.create, { name }),
      )
      show(result, options.json, () => `${green('✓')} ${name} is there, with nobody in it yet`)
    })
}

function remove(): Command {
  return baseCommand('rm', 'remove a group with all it held')
    .argument('<name>')
    .action(async (name: string, options: BaseOptions) => {
      const result = await withCaller(options, (caller) =>
        caller.call(operations.groups.remove, { name }),
      )
      show(result, options.json, () => `${green('✓')} ${name} is gone`)
    })
}

function member(word: string, summary: string, isMember: boolean): Command {
  return baseCommand(word, summary)
    .argument('<name>')
    .argument('<users...>')
    .action(async (name: string, users: readonly string[], options: BaseOptions) => {
      const result = await withCaller(options, async (caller) => {
        const made: GroupRecord[] = []
        for (const user of users) {
          const input = { name, user, member: isMember }
          made.push((await caller.call(operations.groups.member, input)).group)
        }
        return { groups: made.slice(-1) }
      })
      show(result, options.json, ({ groups }) => groupTable(groups))
    })
}
