/** Tables whose rows belong to a model, children before it. */
export const ownedByModel = [
  'model_tags',
  'model_version_tags',
  'model_aliases',
  'model_alias_changes',
  'model_gate_reports',
  'model_card_edits',
  'model_consumers',
  'model_requests',
  'model_signatures',
  'model_versions',
] as const

/** Tables whose rows belong to one version. */
export const ownedByVersion = [
  'model_version_tags',
  'model_aliases',
  'model_signatures',
  'model_versions',
] as const
