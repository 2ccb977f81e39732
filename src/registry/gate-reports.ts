import type { GateReport } from '#contract'
import type { Metadata } from '#store'
import { among } from '#tracking'
import { ofModel } from './of-model.ts'
import type { RegistryTables } from './tables.ts'

/** The evidence of gates, kept whatever the verdict. */
export interface GateReports {
  saveGateReport(report: GateReport): Promise<void>
  /** Newest first. */
  gateReports(model: string, version: number): Promise<readonly GateReport[]>
}

export function openGateReports(metadata: Metadata): GateReports & {
  newestOf(models: readonly string[], versions: readonly number[]): Promise<readonly GateReport[]>
} {
  const database = metadata.tables<RegistryTables>()
  return {
    async saveGateReport(report) {
      const { id, model, version, passed, checkedAt: at } = report
      const row = { id, model, version, passed: passed ? 1 : 0, report: JSON.stringify(report), at }
      await ofModel(metadata, model, version, (tx) =>
        tx.insertInto('model_gate_reports').values(row).execute(),
      )
    },

    async gateReports(model, version) {
      const rows = await database
        .selectFrom('model_gate_reports')
        .select(['model', 'report'])
        .where('model', '=', model)
        .where('version', '=', version)
        .orderBy('id', 'desc')
        .execute()
      return rows.map(reportRecord)
    },

    async newestOf(models, versions) {
      const rows = await database
        .selectFrom('model_gate_reports')
        .select(['model', 'report'])
        .where(among('model', models, metadata.dialect))
        .where(among('version', versions, metadata.dialect))
        .where((where) =>
          where(
            'id',
            '=',
            where
              .selectFrom('model_gate_reports as newer')
              .select((select) => select.fn.max('newer.id').as('newest'))
              .whereRef('newer.model', '=', 'model_gate_reports.model')
              .whereRef('newer.version', '=', 'model_gate_reports.version'),
          ),
        )
        .execute()
      return rows.map(reportRecord)
    },
  }
}

/** By the name that the model has now: it may have had another when it was gated. */
function reportRecord({ model, report }: { model: string; report: string }): GateReport {
  return { ...(JSON.parse(report) as GateReport), model }
}
