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
]
