import type { Migration } from '#store'

export const monitoringMigrations: readonly Migration[] = [
  {
    room: 'monitoring',
    number: 1,
    name: 'monitors, reports and alarms',
    statements: [
      `create table monitors (
        name text primary key,
        endpoint text not null,
        window_rows bigint not null,
        false_alarm_days double precision not null,
        share_threshold double precision not null,
        webhooks text not null,
        seen text,
        spent double precision not null,
        created_at bigint not null
      )`,
      `create table monitor_reports (
        id text primary key,
        monitor text not null references monitors (name),
        report text not null,
        created_at bigint not null
      )`,
      `create index monitor_reports_monitor on monitor_reports (monitor, id)`,
      `create table monitor_alarms (
        id text primary key,
        monitor text not null references monitors (name),
        endpoint text not null,
        kind text not null,
        state text not null,
        summary text not null,
        report text not null,
        opened_at bigint not null,
        resolved_at bigint,
        resolved_by text,
        note text,
        deliveries text not null
      )`,
      // One open alarm a cause: a second look at the same trouble is not a second alarm.
      `create unique index monitor_alarms_open on monitor_alarms (monitor, kind) where state <> 'resolved'`,
    ],
  },
  {
    room: 'monitoring',
    number: 2,
    name: 'one bet on harm for each monitor and model version',
    statements: [
      `create table monitor_watches (
        monitor text not null references monitors (name),
        model text not null,
        version bigint not null,
        promised double precision not null,
        log_wealth double precision not null,
        log_largest double precision not null,
        outcomes bigint not null,
        errors bigint not null,
        seen bigint not null,
        primary key (monitor, model, version)
      )`,
    ],
  },
]
