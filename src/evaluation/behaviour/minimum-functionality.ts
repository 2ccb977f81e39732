import { mean } from '#stats'
import {
  numbersOf,
  stringColumn,
  tableOf,
  textsOf,
  numberColumn,
  integerColumn,
  type Column,
  type Table,
} from '#table'
import type { BehaviourResult, ModelUnderTest } from './model-under-test.ts'

/**
 * The minimum functionality test: the row of means (most frequent values for texts) is answered, with a class and a probability.
 *
 * References: Ribeiro, Wu, Guestrin, Singh (2020), Beyond accuracy: behavioral testing of NLP models with CheckList.
 */
export async function minimumFunctionality(
  model: ModelUnderTest,
  rows: Table,
): Promise<BehaviourResult> {
  const row = tableOf(rows.columns.map(meanColumn))
  const { labels, risk } = await model.predict(row)
  const [label = ''] = labels
  const probability = risk[0] ?? NaN
  const passed = label !== '' && probability >= 0 && probability <= 1
  return {
    passed,
    observed: probability,
    summary: passed
      ? `The mean row is answered "${label}", with a risk of ${probability.toFixed(3)}.`
      : `The mean row is answered "${label}" with a risk of ${probability}, which is no probability.`,
    evidence: { label, risk: probability },
  }
}

function meanColumn(column: Column): Column {
  const numbers = numbersOf(column)?.filter((value) => !Number.isNaN(value))
  if (numbers) {
    const centre = mean(numbers) ?? NaN
    return column.type === 'integer'
      ? integerColumn(column.name, [Number.isNaN(centre) ? null : Math.round(centre)])
      : numberColumn(column.name, [centre])
  }
  const counts = new Map<string, number>()
  for (const text of textsOf(column))
    if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1)
  const [first] = [...counts].toSorted((a, b) => b[1] - a[1])
  return stringColumn(column.name, [first?.[0] ?? null])
}
