import type { Clock, Metadata } from '#store'
import type { LakeTables } from './tables.ts'

/** A thing in the lineage: its kind and its identifier within the kind (`diabetes@2`, a digest, a run's id). */
export interface LineageRef {
  readonly kind: string
  readonly id: string
}

export interface LineageEdge {
  readonly from: LineageRef
  readonly to: LineageRef
  readonly relation: string
}

/** Who was made from what. Each arrow is recorded once, by the step that made it. */
export interface Lineage {
  link(edges: readonly LineageEdge[]): Promise<void>
  /** What is said of one thing is from now on said of another: it has a new name. */
  rename(from: LineageRef, to: LineageRef): Promise<void>
  /** All edges on the way back (`up`) or on (`down`) from a thing, nearest first, at most `limit` of them. */
  walk(from: LineageRef, direction: 'up' | 'down', limit?: number): Promise<readonly LineageEdge[]>
}

const insertEdge = `insert into lineage_edges (from_kind, from_id, to_kind, to_id, relation, created_at)
  values (?, ?, ?, ?, ?, ?) on conflict do nothing`

export function openLineage(metadata: Metadata, clock: Clock): Lineage {
  const database = metadata.tables<LakeTables>()

  async function step(ref: LineageRef, direction: 'up' | 'down'): Promise<readonly LineageEdge[]> {
    const near = direction === 'up' ? 'to' : 'from'
    const rows = await database
      .selectFrom('lineage_edges')
      .selectAll()
      .where(`${near}_kind`, '=', ref.kind)
      .where(`${near}_id`, '=', ref.id)
      .orderBy('created_at')
      .execute()
    return rows.map((row) => ({
      from: { kind: row.from_kind, id: row.from_id },
      to: { kind: row.to_kind, id: row.to_id },
      relation: row.relation,
    }))
  }

  return {
    async link(edges) {
      if (edges.length === 0) return
      const now = clock.now()
      // Not as one statement of the builder, whose variables a database counts: labels come by the thousand.
      await metadata.execute(
        insertEdge,
        edges.map(({ from, to, relation }) => [from.kind, from.id, to.kind, to.id, relation, now]),
      )
    },

    rename: (from, to) =>
      metadata.transaction<LakeTables, void>(async (tx) => {
        const edges = await tx
          .deleteFrom('lineage_edges')
          .where((edge) =>
            edge.or([
              edge.and({ from_kind: from.kind, from_id: from.id }),
              edge.and({ to_kind: from.kind, to_id: from.id }),
            ]),
          )
          .returningAll()
          .execute()
        const named = (kind: string, id: string): LineageRef =>
          kind === from.kind && id === from.id ? to : { kind, id }
        for (const { from_kind, from_id, to_kind, to_id, ...rest } of edges) {
          const [start, end] = [named(from_kind, from_id), named(to_kind, to_id)]
          await tx
            .insertInto('lineage_edges')
            .values({
              ...{ from_kind: start.kind, from_id: start.id },
              ...{ to_kind: end.kind, to_id: end.id },
              ...rest,
            })
            .onConflict((conflict) => conflict.doNothing())
            .execute()
        }
      }),

    async walk(from, direction, limit = 500) {
      const found: LineageEdge[] = []
      const seen = new Set<string>([`${from.kind}:${from.id}`])
      let front: readonly LineageRef[] = [from]
      while (front.length > 0 && found.length < limit) {
        const next: LineageRef[] = []
        for (const ref of front) {
          for (const edge of await step(ref, direction)) {
            if (found.length >= limit) break
            found.push(edge)
            const far = direction === 'up' ? edge.from : edge.to
            const name = `${far.kind}:${far.id}`
            if (!seen.has(name)) next.push(far)
            seen.add(name)
          }
        }
        front = next
      }
      return found
    },
  }
}
