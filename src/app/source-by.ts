import { mayReach, type Identity } from '#auth'
import type { RunSource } from '#contract'

/** What somebody says a run is made from, with what of it may be run here again, which nobody can say of themselves. */
export function sourceBy(identity: Identity, project: string, source: RunSource): RunSource {
  const { rerun: _, ...recorded } = source
  if (mayReach(identity, 'admin:commands', project, false)) {
    return { ...recorded, rerun: 'commands' }
  }
  return mayReach(identity, 'pipeline:run', project, false)
    ? { ...recorded, rerun: 'stages' }
    : recorded
}
