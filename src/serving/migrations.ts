import type { Migration } from '#store'

export const servingMigrations: readonly Migration[] = [
  {
    room: 'serving',
    number: 1,
    name: 'endpoints and the prediction log',
    statements: [
      `create table endpoints (
        name text primary key,
        model text not null,
        alias text not null,
        created_at bigint not null
      )`,
      `create table predictions (
        id text primary key,
        endpoint text not null,
        model text not null,
        version bigint not null,
        at bigint not null,
        features text not null,
        prediction text not null,
        probabilities text,
        label text,
        labelled_at bigint
      )`,
      `create index predictions_endpoint on predictions (endpoint, id)`,
    ],
  },
  {
    room: 'serving',
    number: 2,
    name: 'labels are counted without reading the predictions',
    statements: [
      `create index predictions_labelled on predictions (endpoint) where label is not null`,
    ],
  },
  {
    room: 'serving',
    number: 3,
    name: 'the order in which labels came',
    statements: [
      `alter table predictions add column label_order bigint`,
      `update predictions set label_order = came.place from (
        select id, row_number() over (order by labelled_at, id) as place from predictions where label is not null
      ) as came where came.id = predictions.id`,
      `create index predictions_labels on predictions (label_order) where label_order is not null`,
    ],
  },
  {
    room: 'serving',
    number: 4,
    name: 'what a version answered is found without reading what others did',
    statements: [`create index predictions_version on predictions (endpoint, version, id)`],
  },
]
