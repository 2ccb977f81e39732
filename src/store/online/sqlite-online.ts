import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { systemClock, type Clock } from '../clock.ts'
import type { OnlineRow, OnlineStore, OnlineValue } from '../online.ts'
import { explainSqliteError } from '../sqlite/sqlite-error.ts'
import { whenFree } from '../sqlite/when-free.ts'

const busyMs = 5000
/** One transaction holds up readers of this thread; after so many rows others have their turn. */
const rowsAtOnce = 2000

/**
 * Values in one file. They can be materialised again, so a write is not forced to the disk: after a loss of power the newest
 * ones may be missing, but the file is whole.
 */
export async function openSqliteOnline(
  file: string,
  clock: Clock = systemClock,
): Promise<OnlineStore> {
  const database = await open(file)
  const select = database.prepare(
    `select bytes, event_time from online
     where name = ? and row_key = ? and (expires_at is null or expires_at > ?)`,
  )
  const upsert = database.prepare(
    `insert into online (name, row_key, bytes, event_time, expires_at) values (?, ?, ?, ?, ?)
     on conflict (name, row_key) do update
     set bytes = excluded.bytes, event_time = excluded.event_time, expires_at = excluded.expires_at
     where excluded.event_time >= online.event_time or online.expires_at <= ?`,
  )
  const clear = database.prepare('delete from online where name = ?')

  function writeSome(table: string, rows: readonly OnlineRow[]): void {
    const now = clock.now()
    database.exec('begin immediate')
    try {
      for (const { key, bytes, eventTime, expiresAt } of rows) {
        upsert.run(table, key, bytes, eventTime, expiresAt ?? null, now)
      }
      database.exec('commit')
    } catch (error) {
      if (database.isTransaction) database.exec('rollback')
      throw error
    }
  }

  async function explained<T>(work: () => T): Promise<T> {
    try {
      return await whenFree(work, busyMs)
    } catch (error) {
      throw explainSqliteError(error, file)
    }
  }

  return {
    read: (table, keys) =>
      explained(() => {
        const now = clock.now()
        return keys.map((key): OnlineValue | undefined => {
          const row = select.get(table, key, now)
          if (!(row?.bytes instanceof Uint8Array)) return undefined
          return { bytes: row.bytes, eventTime: Number(row.event_time) }
        })
      }),
    async write(table, rows) {
      for (let start = 0; start < rows.length; start += rowsAtOnce) {
        await explained(() => writeSome(table, rows.slice(start, start + rowsAtOnce)))
      }
    },
    async drop(table) {
      await explained(() => clear.run(table))
    },
    async close() {
      if (database.isOpen) database.close()
    },
  }
}

async function open(file: string): Promise<DatabaseSync> {
  mkdirSync(dirname(file), { recursive: true })
  let database: DatabaseSync | undefined
  try {
    const opened = new DatabaseSync(file, { timeout: 20 })
    database = opened
    await whenFree(() => {
      opened.exec(`
        pragma journal_mode = wal;
        pragma synchronous = normal;
        create table if not exists online (
          name text not null,
          row_key text not null,
          bytes blob not null,
          event_time real not null,
          expires_at real,
          primary key (name, row_key)
        ) without rowid;
      `)
    }, busyMs)
    return opened
  } catch (error) {
    database?.close()
    throw explainSqliteError(error, file)
  }
}
