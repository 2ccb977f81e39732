import { TidemillError, type AliasChange, type GateReport, type Model } from '#contract'
import type { Rooms } from '../rooms.ts'

export interface AliasWish {
  readonly model: string
  readonly alias: string
  readonly version: number
  readonly by: string
  /** Whether a person asks; what a program asks for is nobody's approval. */
  readonly isPerson?: boolean
  readonly why: string
  /** A gate that was asked just now; asked here when there is none. */
  readonly gate?: GateReport
}

export interface AliasMoved {
  readonly model: Model
  readonly change: AliasChange
  readonly gate?: GateReport
}

/**
 * Points an alias at a version, a guarded one only through the gate, and lets the endpoints that follow it swap. Where its policy wants
 * approvals, the move is asked for, and made by the call that completes them; until then it is refused with the name of the request.
 */
export async function moveAlias(rooms: Rooms, wish: AliasWish): Promise<AliasMoved> {
  const { model, alias, version } = wish
  for (let asked = 1; ; asked++) {
    const { hasConditions } = await rooms.registry.guardOf(model, alias)
    const gate = hasConditions ? (wish.gate ?? (await askGate(rooms, wish))) : undefined
    try {
      return await moveBy(rooms, wish, gate)
    } catch (error) {
      // somebody changed what the gate looked at while it was asked here: what it says of what is there now is what counts
      const isAskedHere = gate !== undefined && wish.gate === undefined
      if (!isAskedHere || asked === mostAsked) throw error
      if ((await rooms.registry.evidenceOf(model, alias, version)) === gate.evidence) throw error
    }
  }
}

const mostAsked = 3

async function moveBy(
  rooms: Rooms,
  { model, alias, version, by, why, isPerson = false }: AliasWish,
  gate: GateReport | undefined,
): Promise<AliasMoved> {
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
    isPerson,
    ...(gate === undefined ? {} : { gate: gate.id }),
  })
  if (!moved.change) {
    const { id: request, given, needed } = moved.request ?? {}
    throw new TidemillError('approval_needed', { model, alias, version, request, given, needed })
  }
  await swapEndpointsOf(rooms, model, alias)
  return { model: moved.model, change: moved.change, ...(gate === undefined ? {} : { gate }) }
}

async function askGate(rooms: Rooms, { model, version, alias, by }: AliasWish) {
  const { checkGate } = await import('./check-gate.ts')
  return checkGate(rooms, { model, version, alias, by })
}

/**
 * Brings every endpoint that follows an alias to the version the alias names now. The alias has moved by then: an endpoint that cannot load
 * the version goes on with the one it has, and says so.
 */
export async function swapEndpointsOf(rooms: Rooms, model: string, alias: string): Promise<void> {
  for (const endpoint of await rooms.serving.listed()) {
    if (endpoint.model === model && endpoint.alias === alias)
      await rooms.serving.swap(endpoint.name).catch(() => undefined)
  }
}
