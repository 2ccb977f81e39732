import { TidemillError } from '#contract'

export interface Point {
  readonly key: string
  readonly value: number | 'NaN' | 'Infinity' | '-Infinity'
  readonly step: number
  readonly time: number
}

export type ParamValue = string | number | boolean

export interface Entries {
  readonly metrics: readonly Point[]
  readonly params: Readonly<Record<string, ParamValue>>
  readonly tags: Readonly<Record<string, string>>
}

type Item =
  | { readonly kind: 'metric'; readonly point: Point }
  | { readonly kind: 'param'; readonly key: string; readonly value: ParamValue }
  | { readonly kind: 'tag'; readonly key: string; readonly value: string }

/** So many refusals are looked into; a run that takes nothing at all is not asked a thousand times. */
const mostRefusals = 40

/**
 * Sends entries. A server takes all of a call or nothing: where it refuses some, each half is sent alone, until what cannot be taken
 * stands alone and is told. `send` answers why it was not taken.
 */
export async function deliver(
  entries: Entries,
  send: (entries: Entries) => Promise<unknown>,
  onProblem: (problem: string) => void,
): Promise<void> {
  let refusals = 0
  async function part(items: readonly Item[]): Promise<void> {
    const refused = await send(entriesOf(items))
    if (refused === undefined) return
    refusals++
    if (items.length > 1 && refusals < mostRefusals && isOfContent(refused)) {
      const half = items.length >> 1
      await part(items.slice(0, half))
      await part(items.slice(half))
    } else {
      const why = refused instanceof Error ? refused.message : String(refused)
      onProblem(`${named(items)} could not be logged: ${why}`)
    }
  }
  await part(itemsOf(entries))
}

function isOfContent(refused: unknown): boolean {
  return refused instanceof TidemillError && (refused.status === 400 || refused.status === 409)
}

function itemsOf({ metrics, params, tags }: Entries): readonly Item[] {
  return [
    ...metrics.map((point) => ({ kind: 'metric', point }) as const),
    ...Object.entries(params).map(([key, value]) => ({ kind: 'param', key, value }) as const),
    ...Object.entries(tags).map(([key, value]) => ({ kind: 'tag', key, value }) as const),
  ]
}

function entriesOf(items: readonly Item[]): Entries {
  return {
    metrics: items.flatMap((item) => (item.kind === 'metric' ? [item.point] : [])),
    params: Object.fromEntries(
      items.flatMap((item) => (item.kind === 'param' ? [[item.key, item.value]] : [])),
    ),
    tags: Object.fromEntries(
      items.flatMap((item) => (item.kind === 'tag' ? [[item.key, item.value]] : [])),
    ),
  }
}

function named(items: readonly Item[]): string {
  const [item] = items
  if (items.length > 1 || !item) return `${items.length} entries`
  return item.kind === 'metric' ? `the metric ${item.point.key}` : `the ${item.kind} ${item.key}`
}
