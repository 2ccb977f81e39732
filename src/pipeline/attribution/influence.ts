import { isDeepStrictEqual } from 'node:util'
import { foldersAbove } from '../graph.ts'
import { loadPipeline } from '../load-pipeline.ts'
import type { Pipeline, Stage } from '../model.ts'
import type { PipelineSource } from '../pipeline-source.ts'
import type { Cause } from './causes.ts'
import { covers, overlap } from './paths.ts'
import { entryOfStage, type Side } from './side.ts'
import { mixedText, type Swap } from './swap.ts'

/**
 * For each cause the stages that it can reach: those that read it or are resolved otherwise with it, and all behind them, by what
 * either side declares.
 */
export function reachOf(
  root: string,
  causes: readonly Cause[],
  from: Side,
  to: Side,
): ReadonlyMap<Cause, ReadonlySet<string>> {
  const stages = [...from.pipeline.stages, ...to.pipeline.stages]
  const data = [...from.pipeline.data, ...to.pipeline.data]
  const next = followers(stages)
  const reads = (stage: Stage, swap: Swap): boolean => {
    const { path } = swap
    if (swap.kind === 'value' && swap.keys[0] === 'stages')
      return entryOfStage(stage) === `${path}#${swap.keys[1]}`
    if (swap.kind === 'value') {
      const dotted = swap.keys.join('.')
      const named = stage.params.some(
        ({ target, keys }) =>
          target === path && (keys.length === 0 || keys.some((key) => related(key, dotted))),
      )
      return named || stage.deps.some(({ target }) => covers(target, path))
    }
    const made = data.filter((each) => each.file === path).flatMap((each) => each.outs)
    return (
      stage.params.some(({ target }) => target === path) ||
      stage.deps.some(
        ({ target }) => covers(target, path) || made.some((out) => overlap(target, out.target)),
      )
    )
  }
  return new Map(
    causes.map((cause) => {
      const direct = stages.filter((stage) => cause.swaps.some((swap) => reads(stage, swap)))
      const reached = new Set([
        ...direct.map((stage) => stage.address),
        ...resolvedOtherwise(root, cause, from, to),
      ])
      for (const address of reached) for (const each of next.get(address) ?? []) reached.add(each)
      return [cause, reached]
    }),
  )
}

/** Keys of which one is the other or lies in it. */
function related(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`)
}

/** Stages whose templates come out otherwise with a cause swapped, on either side. */
function resolvedOtherwise(root: string, cause: Cause, from: Side, to: Side): readonly string[] {
  if (cause.kind !== 'params' && cause.swaps.every((swap) => swap.kind === 'file')) return []
  const changed = (base: Side, other: Side): readonly string[] => {
    const mixed = loadMixed(root, cause, base, other)
    // what cannot be resolved by itself may reach everything
    if (!mixed) return base.pipeline.stages.map((stage) => stage.address)
    const before = new Map(base.pipeline.stages.map((stage) => [stage.address, stage]))
    const after = new Map(mixed.stages.map((stage) => [stage.address, stage]))
    return [...new Set([...before.keys(), ...after.keys()])].filter(
      (address) => !isDeepStrictEqual(before.get(address), after.get(address)),
    )
  }
  return [...changed(from, to), ...changed(to, from)]
}

function loadMixed(root: string, cause: Cause, base: Side, other: Side): Pipeline | undefined {
  const swapped = (path: string) => cause.swaps.filter((swap) => swap.path === path)
  const source: PipelineSource = {
    ...base.source,
    read(path) {
      const swaps = swapped(path)
      if (swaps.length === 0) return base.source.read(path)
      const keys = swaps.flatMap((swap) => (swap.kind === 'value' ? [swap.keys] : []))
      return keys.length === 0
        ? other.source.read(path)
        : mixedText(base, other, path, keys, Infinity)
    },
  }
  try {
    return loadPipeline(root, { source })
  } catch {
    return undefined
  }
}

/** Which stages can read what a stage makes, with any mixture of the two sides. */
function followers(stages: readonly Stage[]): ReadonlyMap<string, ReadonlySet<string>> {
  const readers = new Map<string, Set<string>>()
  const under = new Map<string, Set<string>>()
  const add = (map: Map<string, Set<string>>, path: string, address: string) =>
    void map.set(path, (map.get(path) ?? new Set()).add(address))
  for (const stage of stages) {
    for (const { target } of [...stage.deps, ...stage.params]) {
      add(readers, target, stage.address)
      for (const folder of foldersAbove(target)) add(under, folder, stage.address)
    }
  }
  const found = new Map<string, Set<string>>()
  for (const stage of stages) {
    const own = found.get(stage.address) ?? new Set()
    found.set(stage.address, own)
    for (const { target } of stage.outs) {
      const places = [target, ...foldersAbove(target)]
      for (const place of places) for (const each of readers.get(place) ?? []) own.add(each)
      for (const each of under.get(target) ?? []) own.add(each)
    }
  }
  return found
}
