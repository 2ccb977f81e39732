/** The version of a dataset that a run which is made again reads, whatever is newest by now. */
export function pinnedVersion(dataset: string): number | undefined {
  const text = process.env.TIDEMILL_DATASETS
  if (!text) return undefined
  return (JSON.parse(text) as Readonly<Record<string, number>>)[dataset]
}
