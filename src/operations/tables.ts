export interface OperationsTables {
  operations_applied: {
    kind: string
    name: string
    body: string
    applied_at: number
    applied_by: string
  }
  operations_decisions: {
    id: string
    policy: string
    model: string
    decided_at: number
    due: number
    reasons: string
    state: string
    outcome: string | null
    job: string | null
    challenger: number | null
    champion: number | null
    ended_at: number | null
  }
}
