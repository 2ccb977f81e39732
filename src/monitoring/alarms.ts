import type { Kysely, Selectable } from 'kysely'
import { newId, TidemillError, type Alarm, type DriftReport } from '#contract'
import type { Clock, Metadata } from '#store'
import type { MonitoringTables } from './tables.ts'
import { beginAnew } from './watches.ts'

/** The alarms that reports have raised. */
export interface Alarms {
  alarms(filter?: {
    readonly state?: Alarm['state']
    readonly monitor?: string
  }): Promise<readonly Alarm[]>
  /** Resolving a harm alarm begins the bets of its monitor anew: what was answered is not to be raised again. */
  setAlarm(id: string, state: Alarm['state'], by: string, note?: string): Promise<Alarm>
  delivered(id: string, delivery: Alarm['deliveries'][number]): Promise<void>
}

export function openAlarms(metadata: Metadata, clock: Clock): Alarms {
  const database = metadata.tables<MonitoringTables>()
  return {
    async alarms({ state, monitor } = {}) {
      let select = database
        .selectFrom('monitor_alarms')
        .selectAll()
        .orderBy('id', 'desc')
        .limit(500)
      if (state !== undefined) select = select.where('state', '=', state)
      if (monitor !== undefined) select = select.where('monitor', '=', monitor)
      return (await select.execute()).map(alarmRecord)
    },

    async setAlarm(id, state, by, note) {
      const { kind, monitor } = await alarmOf(database, id)
      const resolved = state === 'resolved'
      await metadata.transaction<MonitoringTables, void>(async (tx) => {
        await tx
          .updateTable('monitor_alarms')
          .set({
            state,
            resolved_at: resolved ? clock.now() : null,
            resolved_by: resolved ? by : null,
            ...(note === undefined ? {} : { note }),
          })
          .where('id', '=', id)
          .execute()
        if (resolved && kind === 'harm') await beginAnew(tx, monitor)
      })
      return alarmOf(database, id)
    },

    // In one transaction: several addresses may be told at once, by several servers.
    delivered: (id, delivery) =>
      metadata.transaction<MonitoringTables, void>(async (tx) => {
        const { deliveries } = await alarmOf(tx, id)
        await tx
          .updateTable('monitor_alarms')
          .set({ deliveries: JSON.stringify([...deliveries, delivery]) })
          .where('id', '=', id)
          .execute()
      }),
  }
}

/** Opens the alarms that a report calls for and that are not open yet. */
export async function raiseAlarms(
  tx: Kysely<MonitoringTables>,
  report: DriftReport,
  clock: Clock,
): Promise<readonly Alarm[]> {
  const opened: Alarm[] = []
  for (const { kind, summary } of causesOf(report)) {
    const known = await tx
      .selectFrom('monitor_alarms')
      .select('id')
      .where('monitor', '=', report.monitor)
      .where('kind', '=', kind)
      .where('state', '<>', 'resolved')
      .executeTakeFirst()
    if (known) continue
    const row = {
      id: newId(clock.now()),
      monitor: report.monitor,
      endpoint: report.endpoint,
      kind,
      state: 'open',
      summary,
      report: report.id,
      opened_at: clock.now(),
      resolved_at: null,
      resolved_by: null,
      note: null,
      deliveries: '[]',
    }
    await tx.insertInto('monitor_alarms').values(row).execute()
    opened.push(alarmRecord(row))
  }
  return opened
}

async function alarmOf(database: Kysely<MonitoringTables>, id: string): Promise<Alarm> {
  const row = await database
    .selectFrom('monitor_alarms')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw new TidemillError('not_found', { kind: 'alarm', name: id })
  return alarmRecord(row)
}

function causesOf(report: DriftReport): readonly { kind: Alarm['kind']; summary: string }[] {
  return [
    ...(report.drifted ? [{ kind: 'drift' as const, summary: report.summary }] : []),
    ...(report.harm?.harmful ? [{ kind: 'harm' as const, summary: report.harm.summary }] : []),
  ]
}

function alarmRecord(row: Selectable<MonitoringTables['monitor_alarms']>): Alarm {
  return {
    id: row.id,
    monitor: row.monitor,
    endpoint: row.endpoint,
    kind: row.kind as Alarm['kind'],
    state: row.state as Alarm['state'],
    summary: row.summary,
    report: row.report,
    openedAt: row.opened_at,
    ...(row.resolved_at === null ? {} : { resolvedAt: row.resolved_at }),
    ...(row.resolved_by === null ? {} : { resolvedBy: row.resolved_by }),
    ...(row.note === null ? {} : { note: row.note }),
    deliveries: JSON.parse(row.deliveries) as Alarm['deliveries'],
  }
}
