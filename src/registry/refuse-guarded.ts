import { TidemillError, type AliasPolicy, type Model } from '#contract'

/** Whether what an alias names takes persons or signatures. */
export function isGuarding(policy: AliasPolicy | undefined): boolean {
  return policy?.signed === true || (policy?.approvals ?? 0) > 0
}

/** A model that goes, or leaves its name to another, would take its policies along. */
export function refuseGuarded({ name, policies }: Model): void {
  const alias = Object.keys(policies).find((each) => isGuarding(policies[each]))
  if (alias === undefined) return
  const problem = `The policy of ${name}@${alias} asks for approvals or signatures; remove the policy first.`
  throw new TidemillError('conflict', { problem })
}
