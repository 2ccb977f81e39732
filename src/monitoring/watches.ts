import type { Kysely } from 'kysely'
import type { DriftReport } from '#contract'
import { noBet, type HarmBet } from '#stats'
import type { HarmWatch } from './harm.ts'
import type { MonitoringTables } from './tables.ts'

export async function readWatch(
  database: Kysely<MonitoringTables>,
  monitor: string,
  model: string,
  version: number,
): Promise<HarmWatch | undefined> {
  const row = await database
    .selectFrom('monitor_watches')
    .selectAll()
    .where('monitor', '=', monitor)
    .where('model', '=', model)
    .where('version', '=', version)
    .executeTakeFirst()
  if (!row) return undefined
  const { promised, seen, log_wealth: logWealth, log_largest: logLargest, outcomes, errors } = row
  return { promised, seen, bet: { logWealth, logLargest, outcomes, errors } }
}

/** The bet goes with the report: a label is never bet on twice, and never passed over. */
export async function keepWatch(
  tx: Kysely<MonitoringTables>,
  { monitor, model, version }: DriftReport,
  { bet, promised, seen }: HarmWatch,
): Promise<void> {
  const state = { ...betColumns(bet), promised, seen }
  await tx
    .insertInto('monitor_watches')
    .values({ monitor, model, version, ...state })
    .onConflict((conflict) => conflict.columns(['monitor', 'model', 'version']).doUpdateSet(state))
    .execute()
}

/** What was bet on a model's versions goes on under its new name. */
export async function renameWatched(
  tx: Kysely<MonitoringTables>,
  from: string,
  to: string,
): Promise<void> {
  // Of a model that had the name before and is gone.
  await tx.deleteFrom('monitor_watches').where('model', '=', to).execute()
  await tx.updateTable('monitor_watches').set({ model: to }).where('model', '=', from).execute()
}

export async function beginAnew(tx: Kysely<MonitoringTables>, monitor: string): Promise<void> {
  await tx
    .updateTable('monitor_watches')
    .set(betColumns(noBet))
    .where('monitor', '=', monitor)
    .execute()
}

function betColumns({ logWealth, logLargest, outcomes, errors }: HarmBet) {
  return { log_wealth: logWealth, log_largest: logLargest, outcomes, errors }
}
