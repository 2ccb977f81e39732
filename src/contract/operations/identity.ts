import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Cursor, Done, Id, Limit, Name, Time } from '../shapes/common.ts'

export const RoleName = Type.Enum(['viewer', 'editor', 'manager', 'admin'])
const Grant = Type.Object({ project: Type.String(), role: RoleName })

export const UserRecord = Type.Object({
  name: Name,
  kind: Type.Union([Type.Literal('person'), Type.Literal('service')]),
  disabled: Type.Boolean(),
  grants: Type.Array(Grant),
  createdAt: Time,
})
export type UserRecord = Static<typeof UserRecord>

export const GroupRecord = Type.Object({
  name: Name,
  members: Type.Array(Type.String()),
  grants: Type.Array(Grant),
  createdAt: Time,
})
export type GroupRecord = Static<typeof GroupRecord>

/** A role in one experiment (by identifier) or in a folder of them (by path). */
export const PlaceGrant = Type.Object({
  kind: Type.Enum(['experiment', 'folder']),
  place: Type.String({ minLength: 1, maxLength: 500 }),
  holderKind: Type.Enum(['user', 'group']),
  holder: Name,
  role: Type.Enum(['viewer', 'editor', 'manager']),
})
export type PlaceGrant = Static<typeof PlaceGrant>

export const TokenRecord = Type.Object({
  id: Id,
  user: Name,
  name: Type.String(),
  /** The first characters, to tell tokens apart. */
  start: Type.String(),
  scopes: Type.Array(Type.String()),
  createdAt: Time,
  expiresAt: Type.Optional(Time),
  lastUsedAt: Type.Optional(Time),
  revoked: Type.Boolean(),
})
export type TokenRecord = Static<typeof TokenRecord>

export const session = {
  get: operation({
    name: 'session.get',
    method: 'GET',
    path: '/api/session',
    permission: 'public',
    summary: 'Who is asking, and what the server is',
    input: Type.Object({}),
    output: Type.Object({
      user: Type.Optional(Type.String()),
      /** Whether there is a session cookie to sign out of. */
      signedIn: Type.Boolean(),
      role: Type.Optional(RoleName),
      permissions: Type.Array(Type.String()),
      version: Type.String(),
      project: Type.String(),
      /** Where the person may do anything at all. */
      projects: Type.Array(Type.String()),
    }),
  }),
  create: operation({
    name: 'session.create',
    method: 'POST',
    path: '/api/session',
    permission: 'public',
    summary: 'Signs in; answers with cookies',
    input: Type.Object({
      name: Name,
      password: Type.String({ minLength: 1, maxLength: 1000 }),
    }),
    output: Type.Object({ user: Type.String() }),
  }),
  remove: operation({
    name: 'session.remove',
    method: 'DELETE',
    path: '/api/session',
    permission: 'self:write',
    summary: 'Signs out',
    input: Type.Object({}),
    output: Done,
  }),
}

export const users = {
  list: operation({
    name: 'users.list',
    method: 'GET',
    path: '/api/users',
    permission: 'admin:users',
    summary: 'People and service accounts',
    input: Type.Object({}),
    output: Type.Object({ users: Type.Array(UserRecord) }),
  }),
  create: operation({
    name: 'users.create',
    method: 'POST',
    path: '/api/users',
    permission: 'admin:users',
    summary: 'Adds a person (with a password) or a service account (with tokens only)',
    input: Type.Object({
      name: Name,
      kind: Type.Optional(Type.Union([Type.Literal('person'), Type.Literal('service')])),
      password: Type.Optional(Type.String({ minLength: 10, maxLength: 1000 })),
      role: Type.Optional(RoleName),
      project: Type.Optional(Type.String()),
    }),
    output: Type.Object({ user: UserRecord }),
  }),
  password: operation({
    name: 'users.password',
    method: 'PUT',
    path: '/api/users/:name/password',
    permission: 'admin:users',
    summary: 'Sets a password and ends the user’s sessions',
    input: Type.Object({ name: Name, password: Type.String({ minLength: 10, maxLength: 1000 }) }),
    output: Done,
  }),
  grant: operation({
    name: 'users.grant',
    method: 'PUT',
    path: '/api/users/:name/grants',
    permission: 'admin:users',
    summary: 'Gives a role in a project (* is all); no role takes it away',
    input: Type.Object({ name: Name, project: Type.String(), role: Type.Optional(RoleName) }),
    output: Type.Object({ user: UserRecord }),
  }),
  disable: operation({
    name: 'users.disable',
    method: 'PUT',
    path: '/api/users/:name/disabled',
    permission: 'admin:users',
    summary: 'Shuts a user out, or lets them in again',
    input: Type.Object({ name: Name, disabled: Type.Boolean() }),
    output: Type.Object({ user: UserRecord }),
  }),
}

const group = Type.Object({ group: GroupRecord })

export const groups = {
  list: operation({
    name: 'groups.list',
    method: 'GET',
    path: '/api/groups',
    permission: 'admin:users',
    summary: 'Groups of users, with what they hold',
    input: Type.Object({}),
    output: Type.Object({ groups: Type.Array(GroupRecord) }),
  }),
  create: operation({
    name: 'groups.create',
    method: 'POST',
    path: '/api/groups',
    permission: 'admin:users',
    summary: 'Makes a group',
    input: Type.Object({ name: Name }),
    output: group,
  }),
  remove: operation({
    name: 'groups.remove',
    method: 'DELETE',
    path: '/api/groups/:name',
    permission: 'admin:users',
    summary: 'Removes a group with all it held',
    input: Type.Object({ name: Name }),
    output: Done,
  }),
  member: operation({
    name: 'groups.member',
    method: 'PUT',
    path: '/api/groups/:name/members/:user',
    permission: 'admin:users',
    summary: 'Takes a user into a group, or out of it',
    input: Type.Object({ name: Name, user: Name, member: Type.Boolean() }),
    output: group,
  }),
  grant: operation({
    name: 'groups.grant',
    method: 'PUT',
    path: '/api/groups/:name/grants',
    permission: 'admin:users',
    summary: 'Gives a group a role in a project (* is all); no role takes it away',
    input: Type.Object({ name: Name, project: Type.String(), role: Type.Optional(RoleName) }),
    output: group,
  }),
}

export const tokens = {
  list: operation({
    name: 'tokens.list',
    method: 'GET',
    path: '/api/tokens',
    permission: 'self:read',
    summary: 'The caller’s tokens; everybody’s for an admin',
    input: Type.Object({}),
    output: Type.Object({ tokens: Type.Array(TokenRecord) }),
  }),
  create: operation({
    name: 'tokens.create',
    method: 'POST',
    path: '/api/tokens',
    permission: 'self:write',
    summary: 'Makes a token; its text is shown this once',
    input: Type.Object({
      name: Type.String({ minLength: 1, maxLength: 100 }),
      user: Type.Optional(Name),
      scopes: Type.Optional(Type.Array(Type.String())),
      days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3650 })),
    }),
    output: Type.Object({ token: Type.String(), record: TokenRecord }),
  }),
  revoke: operation({
    name: 'tokens.revoke',
    method: 'DELETE',
    path: '/api/tokens/:id',
    permission: 'self:write',
    summary: 'Ends a token at once',
    input: Type.Object({ id: Id }),
    output: Done,
  }),
}

export const audit = {
  list: operation({
    name: 'audit.list',
    method: 'GET',
    path: '/api/audit',
    permission: 'admin:audit',
    summary: 'Who did what, newest first',
    input: Type.Object({ cursor: Cursor, limit: Limit }),
    output: Type.Object({
      entries: Type.Array(
        Type.Object({
          id: Id,
          time: Time,
          who: Type.String(),
          what: Type.String(),
          object: Type.String(),
          detail: Type.String(),
        }),
      ),
      next: Type.Optional(Type.String()),
    }),
  }),
}

export const find = {
  all: operation({
    name: 'find.all',
    method: 'GET',
    path: '/api/find',
    permission: 'loop:read',
    summary: 'Objects by a part of their name, for the command palette',
    input: Type.Object({ text: Type.String({ maxLength: 200 }) }),
    output: Type.Object({
      found: Type.Array(
        Type.Object({ kind: Type.String(), name: Type.String(), href: Type.String() }),
      ),
    }),
  }),
}
