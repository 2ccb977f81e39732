import { type Caller, type Decision, operations, TidemillError } from '#contract'
import { type LabelledRow, realRows } from './rows.ts'
import { type Names, type Scene, until } from './scene.ts'

export async function renew({ caller, names, story, server }: Scene): Promise<void> {
  const load = startLoad(caller, names, await realRows(server, names, 50))
  const done = await retrained(caller, names.policy)
  const { requests, failures } = await load.stop()
  const why = done.reasons.filter((reason) => reason.due).map((reason) => reason.summary)
  story.push(`Retraining was due: ${why.join(' ')}`)
  story.push(
    `${done.outcome ?? done.state} ${requests} requests during the retraining, ${failures} failed.`,
  )
  if (failures > 0) {
    throw new TidemillError('conflict', {
      problem: `${failures} of ${requests} requests failed during the swap.`,
    })
  }
}

/** The alarm may have started a retraining by itself before the labels were there; what counts is the one that saw them. */
async function retrained(caller: Caller, policy: string): Promise<Decision> {
  const list = async (): Promise<readonly Decision[]> =>
    (await caller.call(operations.loop.decisions, { name: policy })).decisions
  for (let attempt = 0; attempt < 5; attempt++) {
    await until(
      async () => (await list()).every((each) => !each.due || each.endedAt !== undefined),
      'the retraining under way ended',
      120_000,
    )
    const { decision } = await caller.call(operations.loop.decide, { name: policy })
    if (!decision.due) continue
    const own = async (): Promise<Decision> =>
      (await list()).find((each) => each.id === decision.id) ?? decision
    await until(async () => (await own()).endedAt !== undefined, 'retraining ended', 120_000)
    const ended = await own()
    if (ended.state !== 'unchanged') return ended
  }
  throw new TidemillError('conflict', { problem: `${policy} did not bring a new model about.` })
}

function startLoad(
  caller: Caller,
  names: Names,
  rows: readonly LabelledRow[],
): { stop(): Promise<{ requests: number; failures: number }> } {
  let [requests, failures, stopped] = [0, 0, false]
  const loop = async (): Promise<void> => {
    while (!stopped) {
      const row = rows[requests++ % rows.length]
      await caller
        .call(operations.endpoints.predict, { name: names.endpoint, rows: [row?.features ?? {}] })
        .catch(() => failures++)
      await new Promise((next) => setTimeout(next, 10))
    }
  }
  const running = loop()
  return {
    async stop() {
      stopped = true
      await running
      return { requests, failures }
    },
  }
}
