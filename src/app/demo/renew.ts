import { type Caller, type Decision, operations, TidemillError } from '#contract'
import { type LabelledRow, realRows } from './rows.ts'
import { type Names, type Scene, until } from './scene.ts'

export async function renew({ caller, names, story, server }: Scene): Promise<void> {
  const load = startLoad(caller, names, await realRows(server, names, 50))
  const done = await retrained(caller, names)
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

/**
 * The retraining that ended after the labels came. The policy may have begun it by itself, for the alarm or for the labels; where it
 * has not, it is asked.
 */
async function retrained(caller: Caller, { dataset, policy }: Names): Promise<Decision> {
  const { versions } = await caller.call(operations.datasets.get, { name: dataset })
  const labelled = versions[0]?.createdAt ?? 0
  let found: Decision | undefined
  await until(
    async () => {
      const { decisions } = await caller.call(operations.loop.decisions, { name: policy })
      found = decisions.find((each) => broughtModel(each) && (each.endedAt ?? 0) >= labelled)
      if (found) return true
      const isIdle = decisions.every((each) => !each.due || each.endedAt !== undefined)
      if (isIdle) await caller.call(operations.loop.decide, { name: policy })
      return false
    },
    'a retraining ended',
    180_000,
  )
  if (found) return found
  throw new TidemillError('conflict', { problem: `${policy} did not bring a new model about.` })
}

function broughtModel({ due, state }: Decision): boolean {
  return due && (state === 'promoted' || state === 'refused')
}

function startLoad(
  caller: Caller,
  names: Names,
  rows: readonly LabelledRow[],
): { stop(): Promise<{ requests: number; failures: number }> } {
  let [requests, failures, stopped] = [0, 0, false]
  const ask = async (): Promise<void> => {
    const row = rows[requests++ % rows.length]
    await caller
      .call(operations.endpoints.predict, { name: names.endpoint, rows: [row?.features ?? {}] })
      .catch(() => failures++)
  }
  const loop = async (): Promise<void> => {
    while (!stopped) {
      await ask()
      await new Promise((next) => setTimeout(next, 10))
    }
  }
  const running = loop()
  return {
    async stop() {
      stopped = true
      await running
      // whatever came of it has answered at least once
      await ask()
      return { requests, failures }
    },
  }
}
