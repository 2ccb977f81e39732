import { type Caller, type Declaration, TidemillError } from '#contract'
import type { RunningServer } from '../server.ts'

/** What the steps hand on to each other. */
export interface Scene {
  readonly dir: string
  readonly server: RunningServer
  readonly caller: Caller
  readonly names: Names
  readonly story: string[]
  readonly alarmsReceived: unknown[]
}

/** A page that shows what was done. */
export interface Link {
  readonly title: string
  readonly url: string
}

export interface Names {
  readonly model: string
  readonly dataset: string
  readonly endpoint: string
  readonly monitor: string
  readonly queue: string
  readonly policy: string
  readonly experiment: string
  readonly label: string
}

/** The loop of the first declared model: what feeds it and what watches it. */
export function namesOf(declared: Declaration): Names {
  const [model, { dataset, experiment }] = firstOf(declared.models, 'model')
  const endpoint = nameWhere(declared.endpoints, 'endpoint', (each) => each.model === model)
  return {
    model,
    dataset,
    experiment,
    endpoint,
    monitor: nameWhere(declared.monitors, 'monitor', (each) => each.endpoint === endpoint),
    queue: nameWhere(declared.labeling, 'label queue', (each) => each.endpoint === endpoint),
    policy: nameWhere(declared.policies, 'policy', (each) => each.model === model),
    label: declared.datasets?.[dataset]?.label ?? '',
  }
}

function firstOf<T>(things: Readonly<Record<string, T>> | undefined, kind: string): [string, T] {
  const [first] = Object.entries(things ?? {})
  if (!first)
    throw new TidemillError('not_found', { kind: `declared ${kind}`, name: 'of any name' })
  return first
}

function nameWhere<T>(
  things: Readonly<Record<string, T>> | undefined,
  kind: string,
  fits: (thing: T) => boolean,
): string {
  return firstOf(
    Object.fromEntries(Object.entries(things ?? {}).filter(([, thing]) => fits(thing))),
    kind,
  )[0]
}

export async function until(
  done: () => boolean | Promise<boolean>,
  what: string,
  ms = 60_000,
): Promise<void> {
  const deadline = Date.now() + ms
  while (!(await done())) {
    if (Date.now() > deadline)
      throw new TidemillError('unavailable', {
        problem: `After ${ms / 1000} s it was still not true that ${what}.`,
      })
    await new Promise((next) => setTimeout(next, 100))
  }
}
