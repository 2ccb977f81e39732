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
    /** Its first label's place among all labels, by when they came here and not by when they are said to be from. */
    label_order: number | null
  }
}
