import type { Endpoint } from '#contract'
import type { Slot } from './slot.ts'

export type ListedEndpoint = Omit<Endpoint, 'predictions' | 'labels'>

/** An endpoint for the people who look at it, without what takes a count of the log. */
export function listedAs(slot: Slot): ListedEndpoint {
  const { live } = slot
  const problem = problemOf(slot)
  return {
    name: slot.name,
    model: slot.model,
    alias: slot.alias,
    state: stateOf(slot),
    ...(problem === undefined ? {} : { problem }),
    // Another model's version is none of this one.
    ...(live?.model === slot.model ? { version: live.version } : {}),
    ...(live ? { signature: live.signature } : {}),
    requests: slot.requests,
    failures: slot.failures,
    ...slot.times.quantiles(),
    createdAt: slot.createdAt,
  }
}

function stateOf({ live, loading, problem }: Slot): Endpoint['state'] {
  if (live) return 'ready'
  if (loading) return 'loading'
  return (problem?.includes('names no version') ?? true) ? 'no_model' : 'failed'
}

function problemOf({ live, model, problem }: Slot): string | undefined {
  if (problem === undefined || !live || live.model === model) return problem
  return `Version ${live.version} of ${live.model} goes on answering: ${problem}`
}
