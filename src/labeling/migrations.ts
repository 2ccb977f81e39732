import type { Migration } from '#store'

export const labelingMigrations: readonly Migration[] = [
  {
    room: 'labeling',
    number: 1,
    name: 'queues, tasks and annotations',
    statements: [
      `create table label_queues (
        name text primary key,
        endpoint text not null,
        dataset text not null,
        below double precision not null,
        annotators bigint not null,
        classes text not null,
        created_at bigint not null
      )`,
      `create table label_tasks (
        id text primary key,
        queue text not null references label_queues (name),
        prediction text not null,
        features text not null,
        suggestion text not null,
        probability double precision not null,
        doubt double precision not null,
        state text not null,
        label text,
        dataset_version bigint,
        created_at bigint not null,
        unique (queue, prediction)
      )`,
      `create index label_tasks_next on label_tasks (queue, state, doubt)`,
      `create table label_annotations (
        task text not null references label_tasks (id),
        who text not null,
        label text not null,
        created_at bigint not null,
        primary key (task, who)
      )`,
    ],
  },
]
