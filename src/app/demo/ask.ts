import { operations } from '#contract'
import { realRows } from './rows.ts'
import type { Scene } from './scene.ts'

export async function ask({ caller, names, story, server }: Scene): Promise<void> {
  const [row] = await realRows(server, names, 1)
  const { answers } = await caller.call(operations.endpoints.predict, {
    name: names.endpoint,
    rows: [row?.features ?? {}],
    explain: true,
  })
  const [answer] = answers
  const reasons = (answer?.reasons ?? []).slice(0, 3).map((reason) => reason.feature)
  story.push(
    `The endpoint answered "${answer?.label}" (${((answer?.probability ?? 0) * 100).toFixed(0)} %), mostly because of ${reasons.join(', ')}.`,
  )
}
