import type { Format } from './format.ts'

export const csv: Format = {
  name: 'csv',
  extensions: ['.csv', '.tsv', '.txt'],
  read: (query, file, options) => query.readCsv(file, options),
}
