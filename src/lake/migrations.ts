import type { Migration } from '#store'

export const lakeMigrations: readonly Migration[] = [
  {
    room: 'lake',
    number: 1,
    name: 'datasets, versions and lineage',
    statements: [
      `create table lake_datasets (
        name text primary key,
        description text not null,
        label text,
        rules text not null,
        created_at bigint not null,
        removed_at bigint
      )`,
      `create table lake_versions (
        dataset text not null references lake_datasets (name),
        version bigint not null,
        digest text not null,
        object text not null,
        source text,
        origin text not null,
        parent bigint,
        message text not null,
        row_count bigint not null,
        byte_count bigint not null,
        schema text not null,
        changes text,
        validation text,
        created_at bigint not null,
        created_by text not null,
        primary key (dataset, version)
      )`,
      `create index lake_versions_digest on lake_versions (digest)`,
      `create table lineage_edges (
        from_kind text not null,
        from_id text not null,
        to_kind text not null,
        to_id text not null,
        relation text not null,
        created_at bigint not null,
        primary key (from_kind, from_id, to_kind, to_id, relation)
      )`,
      `create index lineage_edges_to on lineage_edges (to_kind, to_id)`,
    ],
  },
]
