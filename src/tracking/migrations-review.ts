import type { Migration } from '#store'

/** What people are asked about traces, and which traces wait for them. */
export const reviewMigrations: readonly Migration[] = [
  {
    room: 'tracking-review',
    number: 1,
    name: 'label schemas and review queues',
    statements: [
      `create table label_schemas (
        id text primary key,
        experiment text not null,
        name text not null,
        schema text not null,
        created_at bigint not null,
        updated_at bigint not null,
        unique (experiment, name)
      )`,
      `create table review_queues (
        id text primary key,
        experiment text not null,
        name text not null,
        name_key text not null,
        type text not null,
        created_by text,
        created_at bigint not null,
        updated_at bigint not null,
        unique (experiment, name_key)
      )`,
      `create table review_queue_users (
        queue text not null,
        user_name text not null,
        primary key (queue, user_name)
      )`,
      `create index review_queue_users_user on review_queue_users (user_name)`,
      `create table review_queue_schemas (
        queue text not null,
        schema text not null,
        primary key (queue, schema)
      )`,
      `create table review_queue_items (
        queue text not null,
        trace text not null,
        status text not null,
        completed_by text,
        completed_at bigint,
        created_at bigint not null,
        updated_at bigint not null,
        primary key (queue, trace)
      )`,
      `create index review_queue_items_trace on review_queue_items (trace)`,
    ],
  },
]
