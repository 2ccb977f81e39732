import type { Migration } from '#store'

export const registryMigrations: readonly Migration[] = [
  {
    room: 'registry',
    number: 1,
    name: 'models, versions, aliases, gates and cards',
    statements: [
      `create table models (
        name text primary key,
        description text not null,
        requirements text not null,
        created_at bigint not null
      )`,
      `create table model_versions (
        model text not null references models (name),
        version bigint not null,
        digest text not null,
        size bigint not null,
        signature text not null,
        run text,
        experiment text,
        metrics text not null,
        params text not null,
        source text not null,
        input_example text,
        card text not null,
        created_at bigint not null,
        created_by text not null,
        primary key (model, version)
      )`,
      `create index model_versions_run on model_versions (run)`,
      `create table model_aliases (
        model text not null references models (name),
        alias text not null,
        version bigint not null,
        primary key (model, alias)
      )`,
      `create table model_alias_changes (
        id text primary key,
        model text not null,
        alias text not null,
        from_version bigint,
        to_version bigint,
        who text not null,
        at bigint not null,
        why text not null,
        gate text
      )`,
      `create index model_alias_changes_model on model_alias_changes (model, alias, id)`,
      `create table model_gate_reports (
        id text primary key,
        model text not null,
        version bigint not null,
        passed bigint not null,
        report text not null,
        at bigint not null
      )`,
      `create index model_gate_reports_version on model_gate_reports (model, version, id)`,
      `create table model_card_edits (
        id text primary key,
        model text not null,
        version bigint not null,
        card text not null,
        who text not null,
        at bigint not null
      )`,
    ],
  },
]
