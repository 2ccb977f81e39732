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
]
