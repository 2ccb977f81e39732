import { newId } from '#contract'
import type { Clock, Metadata } from '#store'
import type { AuthTables } from './tables.ts'

export interface AuditEntry {
  readonly id: string
  readonly time: number
  readonly who: string
  readonly what: string
  readonly object: string
  readonly detail: string
}

/** Who did what, for ever. */
export interface Audit {
  record(entry: Omit<AuditEntry, 'id' | 'time'>): Promise<void>
  /** Newest first, from after a cursor. */
  list(options?: { readonly cursor?: string; readonly limit?: number }): Promise<{
    readonly entries: readonly AuditEntry[]
    readonly next?: string
  }>
}

/** A stranger's name for somebody can be as long as a request. */
function short(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}…` : text
}

export function openAudit(metadata: Metadata, clock: Clock): Audit {
  const database = metadata.tables<AuthTables>()
  return {
    async record({ who, what, object, detail }) {
      const id = newId(clock.now())
      await database
        .insertInto('auth_audit')
        .values({
          id,
          at: clock.now(),
          who: short(who),
          what: short(what),
          object: short(object),
          detail: short(detail),
        })
        .execute()
    },
    async list({ cursor, limit = 100 } = {}) {
      let select = database
        .selectFrom('auth_audit')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(limit + 1)
      if (cursor !== undefined) select = select.where('id', '<', cursor)
      const rows = await select.execute()
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      return {
        entries: shown.map(({ id, at, who, what, object, detail }) => ({
          id,
          time: at,
          who,
          what,
          object,
          detail,
        })),
        ...(rows.length > limit && last ? { next: last.id } : {}),
      }
    },
  }
}
