import type { Migration } from '#store'

/** A list of its own, so that it is numbered by itself. */
export const webhookMigrations: readonly Migration[] = [
  {
    room: 'registry-webhooks',
    number: 1,
    name: 'addresses that are told of changes',
    statements: [
      `create table webhooks (
        id text primary key,
        name text not null,
        description text not null,
        url text not null,
        events text not null,
        status text not null,
        secret text,
        created_at bigint not null,
        updated_at bigint not null
      )`,
    ],
  },
]
