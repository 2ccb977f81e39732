import { mayReach, type Identity } from '#auth'
import type { RunSource } from '#contract'
import type { RerunTrust } from '#tracking'

/** What somebody says a run is made from, with what of it may be run here again, which nobody can say of themselves. */
export function sourceBy(identity: Identity, project: string, source: RunSource): RunSource {
  const { again: _, script: __, ...said } = source
  return { ...said, rerun: trustIn(identity, project) }
}

/** How far the server goes in running what somebody wrote into a run. */
export function trustIn(identity: Identity, project: string): RerunTrust {
  if (mayReach(identity, 'admin:commands', project, false)) return 'commands'
  return mayReach(identity, 'pipeline:run', project, false) ? 'stages' : 'none'
}
