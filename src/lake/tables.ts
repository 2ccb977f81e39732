export interface LakeTables {
  lake_datasets: {
    name: string
    description: string
    label: string | null
    rules: string
    created_at: number
    removed_at: number | null
  }
  lake_versions: {
    dataset: string
    version: number
    digest: string
    object: string
    source: string | null
    origin: string
    parent: number | null
    message: string
    row_count: number
    byte_count: number
    schema: string
    changes: string | null
    validation: string | null
    created_at: number
    created_by: string
  }
  lineage_edges: {
    from_kind: string
    from_id: string
    to_kind: string
    to_id: string
    relation: string
    created_at: number
  }
}
