export interface ServingTables {
  endpoints: { name: string; model: string; alias: string; created_at: number }
  predictions: {
    id: string
    endpoint: string
    model: string
    version: number
    at: number
    features: string
    prediction: string
    probabilities: string | null
    label: string | null
    labelled_at: number | null
  }
}
