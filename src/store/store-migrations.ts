import type { Migration } from './metadata.ts'

export const storeMigrations: readonly Migration[] = [
  {
    room: 'store',
    number: 1,
    name: 'jobs',
    statements: [
      `create table store_jobs (
        id text primary key,
        kind text not null,
        payload text not null,
        job_key text,
        state text not null,
        attempt bigint not null,
        max_attempts bigint not null,
        run_at bigint not null,
        lease bigint not null,
        lease_until bigint,
        cancel_requested bigint not null,
        progress_done double precision not null,
        progress_total double precision not null,
        progress_message text not null,
        result text,
        error text,
        created_at bigint not null,
        started_at bigint,
        ended_at bigint
      )`,
      `create unique index store_jobs_key on store_jobs (kind, job_key)
        where job_key is not null and state in ('waiting', 'running')`,
      `create index store_jobs_due on store_jobs (state, run_at, id)`,
      `create index store_jobs_created on store_jobs (created_at, id)`,
    ],
  },
  {
    room: 'store',
    number: 2,
    name: 'what changed, for other processes',
    statements: [
      `create table store_changes (
        writer text not null,
        area text not null,
        count bigint not null,
        changed_at bigint not null,
        primary key (writer, area)
      )`,
    ],
  },
]
