import type { Migration } from '#store'

export const issueMigrations: readonly Migration[] = [
  {
    room: 'tracking-issues',
    number: 1,
    name: 'what is wrong, as found in traces',
    statements: [
      `create table issues (
        id text primary key,
        experiment text not null references experiments (id),
        name text not null,
        description text not null,
        status text not null,
        severity text,
        causes text not null,
        categories text not null,
        run text,
        created_at bigint not null,
        updated_at bigint not null,
        created_by text
      )`,
      `create index issues_experiment on issues (experiment, created_at)`,
      `create index trace_assessments_issue on trace_assessments (name) where kind = 'issue'`,
    ],
  },
]
