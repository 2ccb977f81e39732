export interface RegistryTables {
  models: {
    name: string
    description: string
    requirements: string
    policies: string
    created_at: number
    updated_at: number
    last_version: number
  }
  /** What models were called, and until when; `model` is what each is called now. */
  model_names: { name: string; model: string; until: number }
  model_tags: { model: string; key: string; value: string }
  model_versions: {
    model: string
    version: number
    digest: string
    size: number
    signature: string
    run: string | null
    experiment: string | null
    metrics: string
    params: string
    source: string
    input_example: string | null
    card: string
    created_at: number
    updated_at: number
    created_by: string
    format: string
    uri: string | null
    manifest: string | null
    description: string
    stage: string
  }
  model_version_tags: { model: string; version: number; key: string; value: string }
  model_aliases: { model: string; alias: string; version: number }
  model_alias_changes: {
    id: string
    model: string
    alias: string
    from_version: number | null
    to_version: number | null
    who: string
    at: number
    why: string
    gate: string | null
    request: string | null
  }
  model_gate_reports: {
    id: string
    model: string
    version: number
    passed: number
    report: string
    at: number
  }
  model_card_edits: {
    id: string
    model: string
    version: number
    card: string
    who: string
    at: number
  }
  model_consumers: {
    model: string
    name: string
    alias: string
    contract: string
    declared_by: string
    declared_at: number
    from_file: number
  }
  model_requests: {
    id: string
    model: string
    alias: string
    version: number
    evidence: string
    gate: string | null
    why: string
    asked_by: string
    asked_at: number
    state: string
    closed_at: number | null
    outcome: string | null
  }
  model_votes: {
    request: string
    who: string
    verdict: string
    message: string
    at: number
  }
  model_keys: {
    id: string
    name: string
    public_key: string
    trusted_by: string
    trusted_at: number
    revoked_at: number | null
    revoked_by: string | null
  }
  model_signatures: {
    model: string
    version: number
    key: string
    envelope: string
    who: string
    at: number
    /** What the model was called then, where that is not its name now. */
    signed_as: string | null
  }
}
