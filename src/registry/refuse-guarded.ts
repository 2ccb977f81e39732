import type { Kysely, Selectable } from 'kysely'
import { TidemillError, type AliasPolicy } from '#contract'
import type { RegistryTables } from './tables.ts'

/** Whether what an alias names takes persons or signatures. */
export function isGuarding(policy: AliasPolicy | undefined): boolean {
  return policy?.signed === true || (policy?.approvals ?? 0) > 0
}

/**
 * A model that goes, or leaves its name to another: it would take its policies along, so that it may have none that ask for persons or
 * signatures. Errors: `not_found`, `conflict`.
 */
export async function takeModel(
  tx: Kysely<RegistryTables>,
  name: string,
): Promise<Selectable<RegistryTables['models']>> {
  const row = await tx
    .selectFrom('models')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirstOrThrow(() => new TidemillError('not_found', { kind: 'model', name }))
  const policies = JSON.parse(row.policies) as Readonly<Record<string, AliasPolicy>>
  const alias = Object.keys(policies).find((each) => isGuarding(policies[each]))
  if (alias === undefined) return row
  const problem = `The policy of ${name}@${alias} asks for approvals or signatures; remove the policy first.`
  throw new TidemillError('conflict', { problem })
}
