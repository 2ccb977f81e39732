export { openQuery, type Query, type RunOptions } from './query.ts'
export type { CsvOptions } from './csv-source.ts'
