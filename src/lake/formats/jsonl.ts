import type { Format } from './format.ts'

export const jsonl: Format = {
  name: 'jsonl',
  extensions: ['.jsonl', '.ndjson'],
  read: (query, file, { shownAs }) => query.readJsonLines(file, shownAs),
}
