import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import { TidemillError } from '#contract'
import type { Clock } from './clock.ts'
import type { Metadata, Migration } from './metadata.ts'

interface AppliedMigration {
  room: string
  number: number
  name: string
  digest: string
  applied_at: number
}

export interface SchemaTables {
  schema_migrations: AppliedMigration
}

/** What a database needs for its schema to be brought up to date. */
export interface MigrationTarget {
  readonly dialect: Metadata['dialect']
  /** What messages call this database. */
  readonly name: string
  readonly clock: Clock
  readonly tables: Kysely<SchemaTables>
  hasRecords(): Promise<boolean>
  /** A transaction in which no other process migrates, and which sees what those before it did. */
  alone(work: (tx: Kysely<SchemaTables>) => Promise<void>): Promise<void>
  /** Called once before the first change, with what is about to be done. */
  before(pending: readonly Migration[], isNew: boolean): Promise<void>
}

/**
 * Applies what is missing, in order; each migration commits together with its record, and all of a new database's together: it would
 * wait for the disk once for each. Any number of processes may try at once.
 */
export async function migrate(
  target: MigrationTarget,
  migrations: readonly Migration[],
): Promise<void> {
  requireUnbroken(migrations)
  const isNew = !(await target.hasRecords())
  const applied = isNew
    ? []
    : await target.tables.selectFrom('schema_migrations').selectAll().execute()
  refuseNewer(target, migrations, applied)
  const pending = migrations.filter((migration) => !isApplied(target, migration, applied))
  if (pending.length === 0) return
  await target.before(pending, isNew)
  const steps = isNew ? [pending] : pending.map((migration) => [migration])
  for (const step of steps) {
    await target.alone(async (tx) => {
      for (const migration of step) await apply(target, migration, tx)
    })
  }
}

async function apply(
  target: MigrationTarget,
  migration: Migration,
  tx: Kysely<SchemaTables>,
): Promise<void> {
  await sql
    .raw(`create table if not exists schema_migrations (
      room text not null,
      number bigint not null,
      name text not null,
      digest text not null,
      applied_at bigint not null,
      primary key (room, number)
    )`)
    .execute(tx)
  // Another process may have been here since the list was read.
  const applied = await tx
    .selectFrom('schema_migrations')
    .selectAll()
    .where('room', '=', migration.room)
    .execute()
  if (isApplied(target, migration, applied)) return
  try {
    for (const statement of statementsOf(migration, target.dialect))
      await sql.raw(statement).execute(tx)
    await migration.fill?.(tx)
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`migration ${titleOf(migration)} failed: ${problem}`, { cause })
  }
  await tx
    .insertInto('schema_migrations')
    .values({
      room: migration.room,
      number: migration.number,
      name: migration.name,
      digest: digestOf(migration),
      applied_at: target.clock.now(),
    })
    .execute()
}

function statementsOf(migration: Migration, dialect: Metadata['dialect']): readonly string[] {
  const { statements } = migration
  const own = 'sqlite' in statements ? statements[dialect] : statements
  const blob = dialect === 'sqlite' ? 'blob' : 'bytea'
  return own.map((statement) => statement.replaceAll('{blob}', blob))
}

function isApplied(
  target: MigrationTarget,
  migration: Migration,
  applied: readonly AppliedMigration[],
): boolean {
  const record = applied.find(
    ({ room, number }) => room === migration.room && number === migration.number,
  )
  if (!record) return false
  const digests = [digestOf(migration), ...(migration.formerly ?? [])]
  if (digests.includes(record.digest)) return true
  throw new TidemillError('migration_changed', {
    migration: titleOf(migration),
    database: target.name,
  })
}

/** Rooms that are not in the list are not ours to judge: several lists may live in one database. */
function refuseNewer(
  target: MigrationTarget,
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): void {
  for (const record of applied) {
    const ours = migrations.filter(({ room }) => room === record.room)
    if (ours.length === 0 || ours.some(({ number }) => number === record.number)) continue
    throw new TidemillError('home_newer', { home: target.name, migration: titleOf(record) })
  }
}

function requireUnbroken(migrations: readonly Migration[]): void {
  const last = new Map<string, number>()
  for (const migration of migrations) {
    const expected = (last.get(migration.room) ?? 0) + 1
    if (migration.number !== expected) {
      throw new Error(`migration ${titleOf(migration)} should be number ${expected} of its room`)
    }
    last.set(migration.room, expected)
  }
}

/** Blanks do not count, so that indenting a statement anew does not change a released migration. */
function digestOf({ statements }: Migration): string {
  const text = JSON.stringify(statements).replaceAll(/(?:\\n|\s)+/g, ' ')
  return createHash('sha256').update(text).digest('hex')
}

function titleOf({ room, number, name }: Pick<Migration, 'room' | 'number' | 'name'>): string {
  return `${room}/${number} "${name}"`
}
