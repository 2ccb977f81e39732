export interface LabelingTables {
  label_queues: {
    name: string
    endpoint: string
    dataset: string
    below: number
    annotators: number
    classes: string
    created_at: number
  }
  label_tasks: {
    id: string
    queue: string
    prediction: string
    features: string
    suggestion: string
    probability: number
    doubt: number
    state: 'waiting' | 'labelled' | 'disputed' | 'committed'
    label: string | null
    dataset_version: number | null
    created_at: number
  }
  label_annotations: { task: string; who: string; label: string; created_at: number }
}
