import type { Migration } from '#store'

const signedName = `alter table model_signatures add column signed_as text`

/** Versions of runs were told to have their files in `model`, wherever they had been registered from. */
const sourceFrom = (owner: string, folder: string): string =>
  `update model_versions set uri = rtrim('runs:/' || (${owner}) || '/' || (${folder}), '/')
    where uri is null and manifest is not null`

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
  {
    room: 'registry',
    number: 2,
    name: 'tags, stages and models of other formats',
    statements: [
      `alter table models add column updated_at bigint not null default 0`,
      // Numbers are never given twice, so the last one is remembered when its version is gone.
      `alter table models add column last_version bigint not null default 0`,
      `update models set updated_at = created_at, last_version =
        coalesce((select max(version) from model_versions where model = models.name), 0)`,
      `create table model_tags (
        model text not null,
        key text not null,
        value text not null,
        primary key (model, key)
      )`,
      `alter table model_versions add column format text not null default 'onnx'`,
      `alter table model_versions add column uri text`,
      `alter table model_versions add column description text not null default ''`,
      `alter table model_versions add column stage text not null default 'None'`,
      `alter table model_versions add column updated_at bigint not null default 0`,
      `update model_versions set updated_at = created_at`,
      `create index model_versions_created on model_versions (created_at)`,
      `create table model_version_tags (
        model text not null,
        version bigint not null,
        key text not null,
        value text not null,
        primary key (model, version, key)
      )`,
    ],
  },
  {
    room: 'registry',
    number: 3,
    name: 'manifests, policies, consumers, approvals and signatures',
    statements: [
      `alter table models add column policies text not null default '{}'`,
      `alter table model_versions add column manifest text`,
      `alter table model_alias_changes add column request text`,
      `create index model_card_edits_version on model_card_edits (model, version, id)`,
      `create table model_consumers (
        model text not null,
        name text not null,
        alias text not null,
        contract text not null,
        declared_by text not null,
        declared_at bigint not null,
        from_file bigint not null,
        primary key (model, name)
      )`,
      `create table model_requests (
        id text primary key,
        model text not null,
        alias text not null,
        version bigint not null,
        evidence text not null,
        gate text,
        why text not null,
        asked_by text not null,
        asked_at bigint not null,
        state text not null,
        closed_at bigint,
        outcome text
      )`,
      `create index model_requests_model on model_requests (model, alias, state)`,
      `create table model_votes (
        request text not null references model_requests (id),
        who text not null,
        verdict text not null,
        message text not null,
        at bigint not null,
        primary key (request, who)
      )`,
      `create table model_keys (
        id text primary key,
        name text not null unique,
        public_key text not null,
        trusted_by text not null,
        trusted_at bigint not null,
        revoked_at bigint,
        revoked_by text
      )`,
      `create table model_signatures (
        model text not null,
        version bigint not null,
        key text not null,
        envelope text not null,
        who text not null,
        at bigint not null,
        primary key (model, version, key)
      )`,
    ],
  },
  {
    room: 'registry',
    number: 4,
    name: 'where the files of each version are, and under which name it was signed',
    statements: {
      sqlite: [
        signedName,
        sourceFrom(`json_extract(manifest, '$.owner')`, `json_extract(manifest, '$.folder')`),
      ],
      postgres: [
        signedName,
        sourceFrom(`manifest::json ->> 'owner'`, `manifest::json ->> 'folder'`),
      ],
    },
  },
  {
    room: 'registry',
    number: 5,
    name: 'what models were called before they were renamed',
    statements: [
      `create table model_names (
        name text not null,
        model text not null,
        until bigint not null,
        primary key (name, until)
      )`,
      `create index model_names_model on model_names (model)`,
    ],
  },
]
