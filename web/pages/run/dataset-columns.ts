interface NamedType {
  readonly name: string
  readonly type: string
}

/** The columns of a data set as MLflow's clients describe them: `{"mlflow_colspec": [{"name": …, "type": …}]}`. */
export function datasetColumns(schema: string | undefined): readonly NamedType[] {
  if (schema === undefined) return []
  try {
    const read = JSON.parse(schema) as { readonly mlflow_colspec?: unknown }
    const list = read.mlflow_colspec
    return Array.isArray(list) ? list.flatMap(columnOf) : []
  } catch {
    return []
  }
}

function columnOf(each: unknown): readonly NamedType[] {
  if (typeof each !== 'object' || each === null) return []
  const { name, type } = each as { readonly name?: unknown; readonly type?: unknown }
  return typeof name === 'string' && typeof type === 'string' ? [{ name, type }] : []
}
