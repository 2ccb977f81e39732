import { TidemillError } from '#contract'

/** A column of a run table as a filter writes it: `metrics.f1`, `params.k`, `tags.team`. */
export interface TableColumn {
  readonly id: string
  readonly area: 'metrics' | 'params' | 'tags'
  readonly key: string
}

export function readColumn(id: string): TableColumn {
  const [, area, key] = /^(metrics|params|tags)\.(.+)$/s.exec(id) ?? []
  if (area !== undefined && key !== undefined) {
    return { id, area: area as TableColumn['area'], key }
  }
  const problem = `There is no column ${id}: one begins with metrics., params. or tags.`
  throw new TidemillError('bad_request', { problem })
}

/** Columns in one line, separated by commas, which keys do not hold. */
export function readColumns(text: string | undefined): readonly string[] {
  return (text ?? '').split(',').filter((each) => each !== '')
}
