import { sql, type RawBuilder } from 'kysely'
import { TidemillError } from '#contract'
import type { Clock, Metadata } from '#store'
import { among } from './among.ts'
import { questionOf, readCursor, writeCursor } from './pages.ts'
import { newRunId } from './runs.ts'
import { filterCondition, type Condition } from './search/conditions.ts'
import { issueGrammar, issueTarget } from './search/issue-search.ts'
import { parseFilter } from './search/parse-filter.ts'
import type { Page } from './search/search-rows.ts'
import type { TrackingTables } from './tables.ts'

/** Something wrong that shows in traces: these name it in a judgement of the kind `issue`. */
export interface Issue {
  readonly id: string
  readonly experiment: string
  readonly name: string
  readonly description: string
  readonly status: IssueStatus
  readonly severity?: IssueSeverity
  readonly causes: readonly string[]
  readonly categories: readonly string[]
  /** The run that found it. */
  readonly run?: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly createdBy?: string
  /** How many traces name it, where that was asked. */
  readonly traces?: number
}

export const issueStatuses = ['pending', 'rejected', 'resolved'] as const
/** The least first. */
export const issueSeverities = ['not_an_issue', 'low', 'medium', 'high'] as const
export type IssueStatus = (typeof issueStatuses)[number]
export type IssueSeverity = (typeof issueSeverities)[number]

export type NewIssue = Omit<Issue, 'id' | 'createdAt' | 'updatedAt' | 'traces'>
export type IssueChange = Partial<Pick<Issue, 'name' | 'description' | 'status' | 'severity'>>

export interface IssueSearch {
  /** In all, unless some are named. */
  readonly experiments?: readonly string[]
  readonly filter?: string
  readonly cursor?: string
  readonly limit: number
  readonly countTraces?: boolean
}

export interface Issues {
  createIssue(issue: NewIssue): Promise<Issue>
  issue(id: string): Promise<Issue>
  changeIssue(id: string, change: IssueChange): Promise<Issue>
  /** The gravest first, of these those that most traces name where these are counted, then the newest. */
  searchIssues(search: IssueSearch): Promise<Page<Issue>>
}

type Row = TrackingTables['issues'] & { readonly traces?: number }

const traceCount = sql<number>`(select count(distinct a.trace) from trace_assessments a
  where a.kind = 'issue' and a.name = issues.id)`
const gravity = sql`case issues.severity ${sql.join(
  issueSeverities.map((each, rank) => sql`when ${sql.lit(each)} then ${sql.lit(rank)}`),
  sql` `,
)} else -1 end`

export function openIssues(metadata: Metadata, clock: Clock): Issues {
  const { dialect } = metadata
  const database = metadata.tables<TrackingTables>()

  async function issue(id: string): Promise<Issue> {
    const row = await database
      .selectFrom('issues')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    if (row) return issueOf(row)
    throw new TidemillError('not_found', { kind: 'issue', name: id })
  }

  return {
    issue,

    async createIssue({
      experiment,
      name,
      description,
      status,
      severity,
      run,
      createdBy,
      ...lists
    }) {
      const now = clock.now()
      const row = {
        ...{ id: `iss-${newRunId(now)}`, experiment, name, description, status },
        ...{ severity: severity ?? null, run: run ?? null, created_by: createdBy ?? null },
        ...{ causes: JSON.stringify(lists.causes), categories: JSON.stringify(lists.categories) },
        ...{ created_at: now, updated_at: now },
      }
      await database.insertInto('issues').values(row).execute()
      return issueOf(row)
    },

    async changeIssue(id, change) {
      await database
        .updateTable('issues')
        .set({ ...change, updated_at: clock.now() })
        .where('id', '=', id)
        .execute()
      return issue(id)
    },

    async searchIssues({ experiments, filter = '', cursor, limit, countTraces = false }) {
      const question = questionOf(['issues', experiments ?? null, filter, countTraces])
      const offset = cursor === undefined ? 0 : readCursor(cursor, question).offset
      const parsed = parseFilter(filter, issueGrammar)
      const conditions: readonly Condition[] = [
        ...(experiments ? [among('issues.experiment', experiments, dialect)] : []),
        ...(parsed ? [filterCondition(parsed, issueTarget, dialect)] : []),
      ]
      const order: readonly RawBuilder<unknown>[] = [
        sql`${gravity} desc`,
        ...(countTraces ? [sql`${traceCount} desc`] : []),
        sql`issues.created_at desc, issues.id desc`,
      ]
      const rows: readonly Row[] = await database
        .selectFrom('issues')
        .selectAll('issues')
        .$if(countTraces, (select) => select.select(traceCount.as('traces')))
        .$if(conditions.length > 0, (select) =>
          select.where(sql<boolean>`${sql.join([...conditions], sql` and `)}`),
        )
        .orderBy(sql.join([...order]))
        .limit(limit + 1)
        .offset(offset)
        .execute()
      const items = rows.slice(0, limit).map(issueOf)
      if (rows.length <= limit) return { items }
      return { items, next: writeCursor({ offset: offset + limit, question }) }
    },
  }
}

function issueOf(row: Row): Issue {
  const { severity, run, created_by: createdBy, traces } = row
  return {
    ...{ id: row.id, experiment: row.experiment, name: row.name, description: row.description },
    status: row.status as IssueStatus,
    ...(severity === null ? {} : { severity: severity as IssueSeverity }),
    causes: JSON.parse(row.causes) as string[],
    categories: JSON.parse(row.categories) as string[],
    ...(run === null ? {} : { run }),
    ...{ createdAt: row.created_at, updatedAt: row.updated_at },
    ...(createdBy === null ? {} : { createdBy }),
    ...(traces === undefined ? {} : { traces: Number(traces) }),
  }
}
