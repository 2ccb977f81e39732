import { operations, type Caller, type Run, type RunRow } from '#contract'

export type RunWithInputs = Run & Pick<RunRow, 'inputs' | 'models'>

/** Runs with the data sets that their clients logged and the models they made, which are no part of the runs themselves. */
export async function withInputs(
  caller: Caller,
  runs: readonly Run[],
): Promise<readonly RunWithInputs[]> {
  const found = await caller.call(operations.table.rows, { runs: runs.map(({ id }) => id) })
  const rows = new Map(found.runs.map((row) => [row.id, row]))
  return runs.map((run) => {
    const { inputs, models } = rows.get(run.id) ?? {}
    return { ...run, ...(inputs && { inputs }), ...(models && { models }) }
  })
}
