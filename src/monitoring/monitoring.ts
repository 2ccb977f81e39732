import type { Kysely, Selectable } from 'kysely'
import { TidemillError, type Alarm, type DriftReport, type Monitor } from '#contract'
import type { Clock, Metadata } from '#store'
import { openAlarms, raiseAlarms, type Alarms } from './alarms.ts'
import { spendOnLook } from './error-budget.ts'
import type { HarmWatch } from './harm.ts'
import type { MonitoringTables } from './tables.ts'
import { keepWatch, readWatch, renameWatched } from './watches.ts'

export interface MonitorDescription {
  readonly name: string
  readonly endpoint: string
  readonly windowRows?: number
  readonly falseAlarmDays?: number
  readonly shareThreshold?: number
  readonly webhooks?: readonly string[]
}

export type StoredMonitor = Omit<Monitor, 'waiting'> & {
  readonly seen?: string
  readonly spent: number
}

/** What is kept of a look beside its report. */
export interface Look {
  /** The last prediction seen before it, and by it. */
  readonly since?: string
  readonly seen?: string
  readonly alpha: number
  readonly watch: HarmWatch
}

/** Monitors, what they saw, and the alarms they raised. */
export interface Monitoring extends Alarms {
  declare(monitor: MonitorDescription): Promise<void>
  remove(name: string): Promise<void>
  monitors(): Promise<readonly StoredMonitor[]>
  monitor(name: string): Promise<StoredMonitor>
  /** The chance of a false alarm that a look now may spend. */
  budget(name: string): Promise<number>
  /** The bet on harm of a model version, as the last report left it. */
  watch(name: string, model: string, version: number): Promise<HarmWatch | undefined>
  /** A model has a new name: the bets on its versions go on. */
  renameModel<Tables>(tx: Kysely<Tables>, from: string, to: string): Promise<void>
  /** Notes why the last look failed, for as long as this process lives; nothing when it did not. */
  note(name: string, problem: string | undefined): void
  /**
   * Keeps a report, moves the window on, pays for the look, opens the alarms it calls for, and what is done alongside; all of it or
   * nothing. Refused with `conflict` when the window has been looked at since the look began.
   */
  save(
    report: DriftReport,
    look: Look,
    alongside?: (tx: Kysely<MonitoringTables>, opened: readonly Alarm[]) => Promise<void>,
  ): Promise<{
    readonly report: DriftReport
    readonly opened: readonly Alarm[]
  }>
  reports(monitor: string, limit?: number): Promise<readonly DriftReport[]>
  report(id: string): Promise<DriftReport>
}

export function openMonitoring(metadata: Metadata, clock: Clock): Monitoring {
  const database = metadata.tables<MonitoringTables>()
  const problems = new Map<string, string>()

  async function monitorRow(name: string): Promise<Selectable<MonitoringTables['monitors']>> {
    const row = await database
      .selectFrom('monitors')
      .selectAll()
      .where('name', '=', name)
      .executeTakeFirst()
    if (!row) throw new TidemillError('not_found', { kind: 'monitor', name })
    return row
  }

  async function record(row: Selectable<MonitoringTables['monitors']>): Promise<StoredMonitor> {
    const [[last], open] = await Promise.all([
      reports(row.name, 1),
      database
        .selectFrom('monitor_alarms')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('monitor', '=', row.name)
        .where('state', '=', 'open')
        .executeTakeFirstOrThrow(),
    ])
    const problem = problems.get(row.name)
    return {
      name: row.name,
      endpoint: row.endpoint,
      windowRows: row.window_rows,
      falseAlarmDays: row.false_alarm_days,
      shareThreshold: row.share_threshold,
      webhooks: JSON.parse(row.webhooks) as string[],
      ...(last ? { last } : {}),
      openAlarms: Number(open.count),
      createdAt: row.created_at,
      ...(row.seen === null ? {} : { seen: row.seen }),
      ...(problem === undefined ? {} : { problem }),
      spent: row.spent,
    }
  }

  async function reports(monitor: string, limit = 50): Promise<readonly DriftReport[]> {
    const rows = await database
      .selectFrom('monitor_reports')
      .select('report')
      .where('monitor', '=', monitor)
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
    return rows.map((row) => JSON.parse(row.report) as DriftReport)
  }

  return {
    ...openAlarms(metadata, clock),

    async declare({
      name,
      endpoint,
      windowRows = 500,
      falseAlarmDays = 30,
      shareThreshold = 0.5,
      webhooks = [],
    }) {
      const row = {
        endpoint,
        window_rows: windowRows,
        false_alarm_days: falseAlarmDays,
        share_threshold: shareThreshold,
        webhooks: JSON.stringify(webhooks),
      }
      await database
        .insertInto('monitors')
        .values({ name, ...row, seen: null, spent: 0, created_at: clock.now() })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
        .execute()
    },

    async remove(name) {
      await metadata.transaction<MonitoringTables, void>(async (tx) => {
        await tx.deleteFrom('monitor_alarms').where('monitor', '=', name).execute()
        await tx.deleteFrom('monitor_watches').where('monitor', '=', name).execute()
        await tx.deleteFrom('monitor_reports').where('monitor', '=', name).execute()
        await tx.deleteFrom('monitors').where('name', '=', name).execute()
      })
    },

    async monitors() {
      const rows = await database.selectFrom('monitors').selectAll().orderBy('name').execute()
      return Promise.all(rows.map(record))
    },

    monitor: async (name) => record(await monitorRow(name)),

    async budget(name) {
      const row = await monitorRow(name)
      const { false_alarm_days: falseAlarmDays, created_at: startedAt, spent } = row
      return spendOnLook({ falseAlarmDays, startedAt, now: clock.now(), spent })
    },

    watch: (name, model, version) => readWatch(database, name, model, version),

    renameModel: (tx, from, to) =>
      renameWatched(tx as unknown as Kysely<MonitoringTables>, from, to),

    note(name, problem) {
      if (problem === undefined) problems.delete(name)
      else problems.set(name, problem)
    },

    save: (report, look, alongside) =>
      metadata.transaction<MonitoringTables, { report: DriftReport; opened: readonly Alarm[] }>(
        async (tx) => {
          await claimWindow(tx, report.monitor, look)
          const opened = await raiseAlarms(tx, report, clock)
          const [first] = opened
          const kept = first ? { ...report, alarm: first.id } : report
          await tx
            .insertInto('monitor_reports')
            .values({
              id: kept.id,
              monitor: kept.monitor,
              report: JSON.stringify(kept),
              created_at: kept.createdAt,
            })
            .execute()
          await alongside?.(tx, opened)
          await keepWatch(tx, report, look.watch)
          return { report: kept, opened }
        },
      ),

    reports,

    async report(id) {
      const row = await database
        .selectFrom('monitor_reports')
        .select('report')
        .where('id', '=', id)
        .executeTakeFirst()
      if (!row) throw new TidemillError('not_found', { kind: 'report', name: id })
      return JSON.parse(row.report) as DriftReport
    },
  }
}

/** Moves the window on and pays for the look, once, however many servers look at the same window. */
async function claimWindow(
  tx: Kysely<MonitoringTables>,
  name: string,
  { since, seen, alpha }: Look,
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('monitors')
    .set((each) => ({ spent: each('spent', '+', alpha), ...(seen === undefined ? {} : { seen }) }))
    .where('name', '=', name)
    .where('seen', since === undefined ? 'is' : '=', since ?? null)
    .executeTakeFirst()
  if (numUpdatedRows > 0n) return
  const problem = `Another look at ${name} was kept while this one was made, or the monitor was removed: what it saw has been looked at.`
  throw new TidemillError('conflict', { problem })
}
