import type { Migration } from '#store'

export const authMigrations: readonly Migration[] = [
  {
    room: 'auth',
    number: 1,
    name: 'users, grants, tokens, sessions and the audit log',
    statements: [
      `create table auth_users (
        name text primary key,
        kind text not null,
        password text,
        disabled bigint not null,
        created_at bigint not null
      )`,
      `create table auth_grants (
        user_name text not null references auth_users (name),
        project text not null,
        role text not null,
        primary key (user_name, project)
      )`,
      `create table auth_tokens (
        id text primary key,
        user_name text not null references auth_users (name),
        name text not null,
        start text not null,
        hash text not null unique,
        scopes text not null,
        created_at bigint not null,
        expires_at bigint,
        last_used_at bigint,
        revoked bigint not null
      )`,
      `create table auth_sessions (
        hash text primary key,
        user_name text not null references auth_users (name),
        csrf text not null,
        created_at bigint not null,
        expires_at bigint not null
      )`,
      `create table auth_audit (
        id text primary key,
        at bigint not null,
        who text not null,
        what text not null,
        object text not null,
        detail text not null
      )`,
    ],
  },
  {
    room: 'auth',
    number: 2,
    name: 'groups, and roles in one experiment or folder',
    statements: [
      `create table auth_groups (
        name text primary key,
        created_at bigint not null
      )`,
      `create table auth_members (
        group_name text not null references auth_groups (name),
        user_name text not null references auth_users (name),
        primary key (group_name, user_name)
      )`,
      `create index auth_members_user on auth_members (user_name)`,
      `create table auth_group_grants (
        group_name text not null references auth_groups (name),
        project text not null,
        role text not null,
        primary key (group_name, project)
      )`,
      `create table auth_place_grants (
        project text not null,
        kind text not null,
        place text not null,
        holder_kind text not null,
        holder text not null,
        role text not null,
        primary key (project, kind, place, holder_kind, holder)
      )`,
      `create index auth_place_grants_holder on auth_place_grants (holder_kind, holder)`,
    ],
  },
]
