import type { Migration } from '#store'

export const trackingMigrations: readonly Migration[] = [
  {
    room: 'tracking',
    number: 1,
    name: 'experiments, runs, metrics and artifacts',
    statements: [
      `create table experiments (
        id text primary key,
        name text not null unique,
        created_at bigint not null,
        removed_at bigint
      )`,
      `create table runs (
        id text primary key,
        experiment text not null references experiments (id),
        name text not null,
        status text not null,
        started_at bigint not null,
        ended_at bigint,
        user_name text not null,
        source text not null,
        removed_at bigint
      )`,
      `create index runs_experiment on runs (experiment, started_at)`,
      `create index runs_started on runs (started_at)`,
      `create table run_params (
        run text not null references runs (id),
        key text not null,
        value text not null,
        primary key (run, key)
      )`,
      `create table run_tags (
        run text not null references runs (id),
        key text not null,
        value text not null,
        primary key (run, key)
      )`,
      // A double has no place for NaN in SQLite, so what is not finite is kept beside as text.
      `create table run_metrics (
        run text not null references runs (id),
        key text not null,
        step bigint not null,
        at bigint not null,
        value double precision,
        special text not null,
        primary key (run, key, step, at, special)
      )`,
      `create table run_latest_metrics (
        run text not null references runs (id),
        key text not null,
        step bigint not null,
        at bigint not null,
        value double precision,
        special text not null,
        primary key (run, key)
      )`,
      `create index run_latest_metrics_key on run_latest_metrics (key, value)`,
      `create table run_artifacts (
        run text not null references runs (id),
        path text not null,
        digest text not null,
        size bigint not null,
        created_at bigint not null,
        primary key (run, path)
      )`,
    ],
  },
]
