import type { Format } from './format.ts'

export const parquet: Format = {
  name: 'parquet',
  extensions: ['.parquet'],
  read: (query, file) => query.readParquet(file),
}
