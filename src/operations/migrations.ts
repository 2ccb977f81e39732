import type { Migration } from '#store'

export const operationsMigrations: readonly Migration[] = [
  {
    room: 'operations',
    number: 1,
    name: 'what was applied, and what policies decided',
    statements: [
      `create table operations_applied (
        kind text not null,
        name text not null,
        body text not null,
        applied_at bigint not null,
        applied_by text not null,
        primary key (kind, name)
      )`,
      `create table operations_decisions (
        id text primary key,
        policy text not null,
        model text not null,
        decided_at bigint not null,
        due bigint not null,
        reasons text not null,
        state text not null,
        outcome text,
        job text,
        challenger bigint,
        champion bigint,
        ended_at bigint
      )`,
      `create index operations_decisions_policy on operations_decisions (policy, decided_at)`,
    ],
  },
]
