import type { Migration } from '#store'

/** What keeping tracking in order needs. A list of its own, so that it is numbered by itself. */
export const organiseMigrations: readonly Migration[] = [
  {
    room: 'tracking-organise',
    number: 1,
    name: 'runs that moved, retention',
    statements: [
      // A run that moved from where files are kept elsewhere still has its own there.
      `alter table runs add column artifact_root text`,
      `create index artifacts_digest on artifacts (digest)`,
      `create table retention (
        name text primary key,
        rule text not null,
        changed_at bigint not null,
        changed_by text not null,
        applied_at bigint
      )`,
    ],
  },
  {
    room: 'tracking-organise',
    number: 2,
    name: 'evaluation data sets and scorers',
    statements: [
      `create table evaluation_datasets (
        id text primary key,
        name text not null,
        digest text not null,
        schema text not null,
        created_at bigint not null,
        updated_at bigint not null,
        created_by text not null,
        updated_by text not null
      )`,
      `create table evaluation_dataset_tags (
        dataset text not null,
        key text not null,
        value text not null,
        primary key (dataset, key)
      )`,
      `create table evaluation_dataset_experiments (
        dataset text not null,
        experiment text not null,
        primary key (dataset, experiment)
      )`,
      `create table evaluation_records (
        id text primary key,
        dataset text not null,
        inputs_digest text not null,
        record text not null,
        created_at bigint not null,
        updated_at bigint not null,
        created_by text not null,
        updated_by text not null,
        unique (dataset, inputs_digest)
      )`,
      `create table scorers (
        experiment text not null,
        name text not null,
        version bigint not null,
        id text not null,
        scorer text not null,
        created_at bigint not null,
        primary key (experiment, name, version)
      )`,
    ],
  },
  {
    room: 'tracking-organise',
    number: 3,
    name: 'what is not hidden, counted',
    statements: [
      // Without it each run is looked up for whether it is hidden: a second for a million of them.
      `create index runs_shown on runs (experiment, started_at) where removed_at is null`,
    ],
  },
  {
    room: 'tracking-organise',
    number: 4,
    name: 'a search walks an index alone',
    // With what filters and the order of a page ask for, a run that does not fit is passed over without being looked up.
    statements: {
      sqlite: shownRuns('id, number, name'),
      // A long name has no place in an index of PostgreSQL.
      postgres: shownRuns('id, number'),
    },
  },
  {
    room: 'tracking-organise',
    number: 5,
    name: 'records of evaluation data sets are read in their order',
    // Without it each page sorts all that a data set has: of 200 000 records a page of 500 took 0.6 s, and all of them minutes.
    statements: [`create index evaluation_records_order on evaluation_records (dataset, id)`],
  },
]

function shownRuns(columns: string): readonly string[] {
  const indexed = `experiment, started_at, ${columns}`
  return [
    `drop index runs_shown`,
    `create index runs_shown on runs (${indexed}) where removed_at is null`,
  ]
}
