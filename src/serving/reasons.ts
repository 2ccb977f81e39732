import type { Answer } from '#contract'
import { explainRow } from '#learn'
import { seeded } from '#stats'
import type { Cell } from './read-rows.ts'
import type { Live } from './slot.ts'

export type Reasons = NonNullable<Answer['reasons']>

/** What each input did to one answer, the largest effect first. */
export async function reasonsOf(live: Live, row: readonly Cell[]): Promise<Reasons> {
  const { inputs, classes = [], positive } = live.signature
  const place = positive === undefined ? 0 : classes.indexOf(positive)
  const background = (await live.background()).map((each) =>
    inputs.map((input) => each[input.name] ?? null),
  )
  const contributions = await explainRow({
    row,
    background,
    random: seeded(1),
    risk: async (rows) => {
      const answers = await live.batch.ask(rows)
      return answers.map((answer) => answer.probabilities?.[place] ?? Number(answer.label))
    },
  })
  return inputs
    .map((input, i) => ({
      feature: input.name,
      value: row[i] ?? null,
      contribution: contributions[i] ?? 0,
    }))
    .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
}
