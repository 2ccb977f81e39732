type Fields = Readonly<Record<string, unknown>>

/** What people say in tags, without what MLflow's clients and ours set. */
export function ownFields(tags: Fields = {}): readonly (readonly [string, unknown])[] {
  return Object.entries(tags).filter(([key]) => !/^(?:mlflow|tidemill)\./.test(key))
}

/** The beginning of what a part of a record holds, on one line. */
export function fieldsText(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'object' || Array.isArray(value)) return valueText(value)
  return Object.entries(value)
    .map(([name, each]) => `${name}: ${valueText(each)}`)
    .join(' · ')
    .slice(0, 300)
}

function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.slice(0, 200).replaceAll(/\s+/g, ' ')
}
