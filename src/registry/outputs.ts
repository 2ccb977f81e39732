import type { OutputField, Signature } from '#contract'

/** What an endpoint answers for a model of this signature, by the names of its answer; undefined where it is not known. */
export function outputsOf(signature: Signature): readonly OutputField[] | undefined {
  const { classes, labels = {}, outputs, inputs } = signature
  if (outputs) return outputs
  if (classes) {
    const probability = { type: 'number', min: 0, max: 1 } as const
    return [
      { name: 'prediction', type: 'string', labels: classes },
      { name: 'label', type: 'string', labels: classes.map((each) => labels[each] ?? each) },
      { name: 'probability', ...probability },
      ...classes.map((each) => ({ name: `probabilities.${each}`, ...probability })),
    ]
  }
  return inputs.length === 0 ? undefined : [{ name: 'prediction', type: 'number' }]
}
