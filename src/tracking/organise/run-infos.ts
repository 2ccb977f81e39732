import type { Metadata } from '#store'
import { among } from '../among.ts'
import { runInfo, type RunInfo, type RunRow } from '../run-info.ts'
import { countRows } from '../search/count-rows.ts'
import { runGrammar, runTarget } from '../search/run-search.ts'
import { searchRows, type Page, type Search } from '../search/search-rows.ts'
import type { TrackingTables } from '../tables.ts'

export interface InfoSearch extends Search {
  /** All unless said. */
  readonly experiments?: readonly string[]
}

/** Searches that read no params, metrics and tags: a list of ten thousand runs costs what its lines do. */
export interface RunInfos {
  searchInfos(search: InfoSearch): Promise<Page<RunInfo>>
  countRuns(search: Pick<InfoSearch, 'filter' | 'removed' | 'experiments'>): Promise<number>
}

export function openRunInfos(metadata: Metadata): RunInfos {
  const database = metadata.tables<TrackingTables>()
  const searched = (experiments: readonly string[] | undefined, strict = false) => ({
    table: 'runs',
    grammar: runGrammar(strict),
    target: runTarget(),
    ...(experiments === undefined ? {} : { within: { column: 'experiment', values: experiments } }),
  })

  return {
    async searchInfos({ experiments, ...search }) {
      if (experiments?.length === 0) return { items: [] }
      const { rows, next } = await searchRows(metadata, search, {
        ...searched(experiments, search.strict),
        natural: ['started_at', 'id'],
      })
      const own = rows as unknown as readonly RunRow[]
      const ids = [...new Set(own.map((row) => row.experiment))]
      const names = await database
        .selectFrom('experiments')
        .select(['id', 'name'])
        .where(among('id', ids, metadata.dialect))
        .execute()
      const nameOf = new Map(names.map(({ id, name }) => [id, name]))
      const items = own.map((row) => runInfo(row, nameOf.get(row.experiment) ?? ''))
      return { items, ...(next === undefined ? {} : { next }) }
    },

    async countRuns({ experiments, ...search }) {
      if (experiments?.length === 0) return 0
      return countRows(metadata, search, searched(experiments))
    },
  }
}
