import type { Migration } from '#store'

import { isNaN, startOfValue } from './search/indexed.ts'

const greatest = '1.7976931348623157e308'

/** What both databases read alike. */
const shared = [
  `alter table experiments add column updated_at bigint not null default 0`,
  `alter table experiments add column artifact_root text`,
  `update experiments set updated_at = created_at`,
  `create table experiment_tags (
    experiment text not null,
    key text not null,
    value text not null,
    primary key (experiment, key)
  )`,
  `insert into metric_keys (name) select distinct key from run_metrics`,
  ...['points', 'latest'].map(
    (name) => `insert into metric_${name} (run, key, step, at, value, special)
      select r.number, k.id, m.step, m.at,
        case m.special
          when 'Infinity' then ${greatest} when '-Infinity' then -${greatest} else coalesce(m.value, 0)
        end,
        case m.special when 'NaN' then 1 when 'Infinity' then 2 when '-Infinity' then 3 else 0 end
      from run_${name === 'points' ? 'metrics' : 'latest_metrics'} m
      join runs r on r.id = m.run join metric_keys k on k.name = m.key`,
  ),
  `drop table run_metrics`,
  `drop table run_latest_metrics`,
  `create table artifacts (
    owner text not null,
    path text not null,
    digest text not null,
    size bigint not null,
    created_at bigint not null,
    primary key (owner, path)
  )`,
  `insert into artifacts (owner, path, digest, size, created_at)
    select run, path, digest, size, created_at from run_artifacts`,
  `drop table run_artifacts`,
  `create table datasets (
    id text primary key,
    experiment text not null,
    name text not null,
    digest text not null,
    source_type text not null,
    source text not null,
    schema text,
    profile text,
    unique (experiment, name, digest)
  )`,
  `create table run_datasets (
    run text not null,
    dataset text not null,
    primary key (run, dataset)
  )`,
  `create table run_dataset_tags (
    run text not null,
    dataset text not null,
    key text not null,
    value text not null,
    primary key (run, dataset, key)
  )`,
  `create table run_models (
    run text not null,
    model text not null,
    role text not null,
    step bigint not null,
    primary key (run, model, role)
  )`,
  `create table logged_models (
    id text primary key,
    experiment text not null,
    name text not null,
    type text not null,
    status text not null,
    message text not null,
    run text,
    created_at bigint not null,
    updated_at bigint not null,
    removed_at bigint
  )`,
  `create index logged_models_experiment on logged_models (experiment, name)`,
  ...['params', 'tags'].map(
    (name) => `create table logged_model_${name} (
      model text not null,
      key text not null,
      value text not null,
      primary key (model, key)
    )`,
  ),
  `create table logged_model_metrics (
    model text not null,
    key text not null,
    run text not null,
    step bigint not null,
    at bigint not null,
    value double precision not null,
    special bigint not null,
    dataset_name text not null,
    dataset_digest text not null,
    primary key (model, key, dataset_name, dataset_digest, run, step, at)
  )`,
  `create table traces (
    id text primary key,
    experiment text not null,
    started_at bigint not null,
    duration bigint,
    state text not null,
    client_id text,
    request text,
    response text
  )`,
  `create index traces_experiment on traces (experiment, started_at)`,
  ...['tags', 'metadata'].map(
    (name) => `create table trace_${name} (
      trace text not null,
      key text not null,
      value text not null,
      primary key (trace, key)
    )`,
  ),
  `create table trace_spans (
    trace text not null,
    id text not null,
    started_at bigint not null,
    name text not null,
    span text not null,
    primary key (trace, id)
  )`,
  `create table trace_assessments (
    id text primary key,
    trace text not null,
    name text not null,
    kind text not null,
    value text not null,
    created_at bigint not null,
    updated_at bigint not null,
    assessment text not null
  )`,
  `create index trace_assessments_trace on trace_assessments (trace)`,
]

const metricTable = (name: string, key: string, end: string): string => `create table ${name} (
    run bigint not null,
    key bigint not null,
    step bigint not null,
    at bigint not null,
    value double precision not null,
    special bigint not null,
    primary key (${key})
  )${end}`

const blockTable = (number: string): readonly string[] => [
  // Gone with their run: numbers of runs come again.
  `create table metric_blocks (
    number ${number} primary key,
    run bigint not null references runs (number) on delete cascade,
    key bigint not null,
    first_step bigint not null,
    last_step bigint not null,
    count bigint not null,
    points {blob} not null
  )`,
  `create index metric_blocks_run on metric_blocks (run, key, first_step)`,
]

/** Rows of a table of keys and values in the order of their run: what a run has lies in one piece, and no index is asked first. */
const inOrder = (name: string): readonly string[] => [
  `create table ${name}_ordered (
    run text not null references runs (id),
    key text not null,
    value text not null,
    primary key (run, key)
  ) without rowid`,
  `insert into ${name}_ordered (run, key, value)
    select run, key, value from ${name} order by run, key`,
  `drop table ${name}`,
  `alter table ${name}_ordered rename to ${name}`,
  `create index ${name}_value on ${name} (key, (${startOfValue}))`,
]

const pointKey = 'run, key, step, at, value, special'

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
  {
    room: 'tracking',
    number: 2,
    name: 'narrow metrics, inputs and outputs, logged models, traces',
    statements: {
      sqlite: [
        // Rows of metrics name their run by a number of its own, which a row id is only while nobody compacts the file.
        `create table runs_numbered (
          number integer primary key,
          id text not null unique,
          experiment text not null references experiments (id),
          name text not null,
          status text not null,
          started_at bigint not null,
          ended_at bigint,
          user_name text not null,
          source text not null,
          removed_at bigint
        )`,
        `insert into runs_numbered
          (id, experiment, name, status, started_at, ended_at, user_name, source, removed_at)
          select id, experiment, name, status, started_at, ended_at, user_name, source, removed_at
          from runs order by started_at, id`,
        `drop table runs`,
        `alter table runs_numbered rename to runs`,
        `create index runs_experiment on runs (experiment, started_at)`,
        `create index runs_started on runs (started_at)`,
        `create table metric_keys (id integer primary key, name text not null unique)`,
        // In the order of the key itself: one tree to write to for each point, and a history lies in one piece.
        metricTable('metric_points', pointKey, ' without rowid'),
        metricTable('metric_latest', 'run, key', ' without rowid'),
        ...shared,
      ],
      postgres: [
        `alter table runs add column number bigserial`,
        `create unique index runs_number on runs (number)`,
        `create table metric_keys (id bigserial primary key, name text not null unique)`,
        metricTable('metric_points', pointKey, ''),
        metricTable('metric_latest', 'run, key', ''),
        ...shared,
      ],
    },
  },
  {
    room: 'tracking',
    number: 3,
    name: 'points in blocks',
    statements: { sqlite: blockTable('integer'), postgres: blockTable('bigserial') },
  },
  {
    room: 'tracking',
    number: 4,
    name: 'what spans did, and the runs that used traces',
    statements: [
      `alter table trace_spans add column type text not null default ''`,
      `alter table trace_spans add column status text not null default ''`,
      `create table trace_runs (
        trace text not null,
        run text not null,
        primary key (trace, run)
      )`,
    ],
  },
  {
    room: 'tracking',
    number: 5,
    name: 'to find and order runs by what they logged',
    statements: [
      `create index metric_latest_value on metric_latest (key, (${isNaN}), value)`,
      // The beginning of a value: PostgreSQL refuses an entry of more than a third of a page.
      ...['params', 'tags'].map(
        (name) => `create index run_${name}_value on run_${name} (key, (${startOfValue}))`,
      ),
    ],
  },
  {
    room: 'tracking',
    number: 6,
    name: 'params and tags in the order of their runs',
    // PostgreSQL has no such tables.
    statements: { sqlite: ['run_params', 'run_tags'].flatMap(inOrder), postgres: [] },
  },
]
