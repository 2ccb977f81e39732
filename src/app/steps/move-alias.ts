import { TidemillError, type AliasChange, type GateReport, type Model } from '#contract'
import { guardedAliases } from '#registry'
import type { Rooms } from '../rooms.ts'
import { checkGate } from './check-gate.ts'

export interface AliasRequest {
  readonly model: string
  readonly alias: string
  readonly version: number
  readonly by: string
  readonly why: string
  /** A gate that was asked just now; asked here when there is none. */
  readonly gate?: GateReport
}

/** Points an alias at a version, a guarded one only through the gate, and lets the endpoints that follow it swap. */
export async function moveAlias(
  rooms: Rooms,
  request: AliasRequest,
): Promise<{ model: Model; change: AliasChange; gate?: GateReport }> {
  const { model, alias, version, by, why } = request
  const { requirements } = await rooms.registry.model(model)
  const guarded = guardedAliases.includes(alias) && requirements.length > 0
  const gate = guarded ? (request.gate ?? (await checkGate(rooms, model, version, by))) : undefined
  if (gate && !gate.passed) {
    const failed = gate.checks.filter((check) => !check.passed).map((check) => check.summary)
    throw new TidemillError('gate_refused', {
      model,
      version,
      problem: failed.join(' '),
      gate: gate.id,
    })
  }
  const moved = await rooms.registry.setAlias(model, alias, version, {
    by,
    why,
    ...(gate === undefined ? {} : { gate: gate.id }),
  })
  await swapEndpointsOf(rooms, model, alias)
  return { ...moved, ...(gate === undefined ? {} : { gate }) }
}

/** Brings every endpoint that follows an alias to the version the alias names now. */
export async function swapEndpointsOf(rooms: Rooms, model: string, alias: string): Promise<void> {
  for (const endpoint of await rooms.serving.endpoints()) {
    if (endpoint.model === model && endpoint.alias === alias)
      await rooms.serving.swap(endpoint.name)
  }
}
