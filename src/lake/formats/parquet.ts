import type { Format } from './format.ts'

export const parquet: Format = {
  name: 'parquet',
  extensions: ['.parquet'],
  read: (query, file, { shownAs }) => query.readParquet(file, shownAs),
}
