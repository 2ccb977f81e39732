/** What several people's labels of one row come to: nothing yet, one label, or a dispute that a further person settles. */
export type Consensus =
  | { readonly state: 'waiting' }
  | { readonly state: 'labelled'; readonly label: string }
  | { readonly state: 'disputed' }

/** The label with the most votes once `annotators` people have voted; a tie is a dispute until somebody breaks it. */
export function consensus(labels: readonly string[], annotators: number): Consensus {
  if (labels.length < annotators) return { state: 'waiting' }
  const votes = new Map<string, number>()
  for (const label of labels) votes.set(label, (votes.get(label) ?? 0) + 1)
  const [first, second] = [...votes].toSorted((a, b) => b[1] - a[1])
  if (!first) return { state: 'waiting' }
  if (second && second[1] === first[1]) return { state: 'disputed' }
  return { state: 'labelled', label: first[0] }
}
