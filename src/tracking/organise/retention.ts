import { sql } from 'kysely'
import { TidemillError, type Retention, type RetentionRule } from '#contract'
import type { Clock, Metadata } from '#store'
import { among } from '../among.ts'
import type { TrackingTables } from '../tables.ts'
import { globOf } from './glob.ts'
import { chooseRuns, type Candidate } from './choose-runs.ts'

export interface RetentionChoice {
  /** How many runs the rule looked at. */
  readonly looked: number
  /** What it would hide, newest first. */
  readonly hides: readonly (Candidate & { readonly name: string; readonly experiment: string })[]
  /** The experiments it is about, removed ones too. */
  readonly experiments: readonly string[]
}

/** Rules for which runs are kept, and what they choose. */
export interface RetentionRules {
  retentionRules(): Promise<readonly Retention[]>
  setRetention(name: string, rule: RetentionRule, by: string): Promise<Retention>
  removeRetention(name: string): Promise<void>
  noteRetention(name: string): Promise<void>
  /** What a rule would hide now; runs in `keep` stay whatever it says. */
  chosenBy(rule: RetentionRule, keep: ReadonlySet<string>): Promise<RetentionChoice>
  /** Hides many runs at once. */
  removeRuns(runs: readonly string[]): Promise<void>
}

export function openRetention(metadata: Metadata, clock: Clock): RetentionRules {
  const database = metadata.tables<TrackingTables>()

  async function rules(): Promise<readonly Retention[]> {
    const rows = await database.selectFrom('retention').selectAll().orderBy('name').execute()
    return rows.map((row) => ({
      name: row.name,
      rule: JSON.parse(row.rule) as RetentionRule,
      changedAt: row.changed_at,
      changedBy: row.changed_by,
      ...(row.applied_at === null ? {} : { appliedAt: row.applied_at }),
    }))
  }

  async function valuesOf(key: string, experiments: readonly string[]) {
    const rows = await database
      .selectFrom('metric_latest')
      .innerJoin('runs', 'runs.number', 'metric_latest.run')
      .innerJoin('metric_keys', 'metric_keys.id', 'metric_latest.key')
      .select(['runs.id', 'metric_latest.value', 'metric_latest.special'])
      .where('metric_keys.name', '=', key)
      .where(among('runs.experiment', experiments, metadata.dialect))
      .execute()
    // A value that is no number is not the best of anything.
    return new Map(rows.flatMap(({ id, value, special }) => (special === 1 ? [] : [[id, value]])))
  }

  return {
    retentionRules: rules,

    async setRetention(name, rule, by) {
      requireLimit(rule)
      const row = { rule: JSON.stringify(rule), changed_at: clock.now(), changed_by: by }
      await database
        .insertInto('retention')
        .values({ name, ...row })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ ...row, applied_at: null }))
        .execute()
      const made = (await rules()).find((each) => each.name === name)
      if (!made) throw new TidemillError('not_found', { kind: 'retention rule', name })
      return made
    },

    async removeRetention(name) {
      const { numDeletedRows } = await database
        .deleteFrom('retention')
        .where('name', '=', name)
        .executeTakeFirst()
      if (numDeletedRows === 0n)
        throw new TidemillError('not_found', { kind: 'retention rule', name })
    },

    async noteRetention(name) {
      await database
        .updateTable('retention')
        .set({ applied_at: clock.now() })
        .where('name', '=', name)
        .execute()
    },

    async chosenBy(rule, keep) {
      requireLimit(rule)
      const all = await database.selectFrom('experiments').select(['id', 'name']).execute()
      const matches = globOf(rule.experiments)
      const within = all.filter(({ name }) => matches(name))
      const experiments = within.map(({ id }) => id)
      const nameOf = new Map(within.map(({ id, name }) => [id, name]))
      const values = rule.keepBest ? await valuesOf(rule.keepBest.metric, experiments) : undefined
      const hides: RetentionChoice['hides'][number][] = []
      let looked = 0
      for (const experiment of experiments) {
        const rows = await database
          .selectFrom('runs')
          .leftJoin('run_tags', (join) =>
            join
              .onRef('run_tags.run', '=', 'runs.id')
              .on('run_tags.key', '=', 'mlflow.parentRunId'),
          )
          .select([
            'runs.id',
            'runs.name',
            'status',
            'started_at',
            'ended_at',
            'run_tags.value as parent',
          ])
          .where('runs.experiment', '=', experiment)
          .where('removed_at', 'is', null)
          .orderBy('started_at', 'desc')
          .orderBy('runs.id', 'desc')
          .execute()
        looked += rows.length
        const chosen = chooseRuns(
          rows.map((row) => ({
            id: row.id,
            startedAt: row.started_at,
            ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
            isUnderWay: row.status === 'running' || row.status === 'scheduled',
            ...(row.parent === null ? {} : { parent: row.parent }),
          })),
          rule,
          { now: clock.now(), keep, ...(values ? { values } : {}) },
        )
        const runName = new Map(rows.map((row) => [row.id, row.name]))
        for (const run of chosen) {
          const name = runName.get(run.id) ?? ''
          hides.push({ ...run, name, experiment: nameOf.get(experiment) ?? '' })
        }
      }
      return { looked, hides, experiments }
    },

    async removeRuns(runs) {
      await database
        .updateTable('runs')
        .set({ removed_at: clock.now() })
        .where(among('id', runs, metadata.dialect))
        .where(sql<boolean>`removed_at is null`)
        .execute()
    },
  }
}

/** A rule that limits nothing would hide everything. */
function requireLimit({ keepLast, keepBest, olderThanDays, purgeAfterDays }: RetentionRule): void {
  if ([keepLast, keepBest, olderThanDays, purgeAfterDays].some((each) => each !== undefined)) return
  const problem =
    'A retention rule says what is kept: keepLast, keepBest or olderThanDays; or purgeAfterDays alone.'
  throw new TidemillError('bad_request', { problem })
}
