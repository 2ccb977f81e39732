import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import { isStage, type Node } from '../graph.ts'
import type { Stage } from '../model.ts'
import { readText } from '../repository.ts'
import { invalid } from '../values/invalid.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, isMap, type Value } from '../values/value.ts'

/** What a stage says of its running, under `meta` of dvc.yaml: there DVC takes any key and passes over it. */
export interface StageSettings {
  readonly resources: StageResources
  /** How often it is tried at most. */
  readonly attempts: number
  /** The pause before the second try, in ms; each later one is twice as long. */
  readonly backoffMs: number
  /** How long one attempt may take, in ms. */
  readonly timeoutMs?: number
  /** Environment variables that the outputs depend on, sorted. */
  readonly env: readonly string[]
}

export interface StageResources {
  /** Cores that it keeps busy. A stage that does not say is not counted. */
  readonly cores: number
  readonly memoryBytes: number
  /** Names of things of which there is one: a graphics card, a licence. */
  readonly mutex: readonly string[]
}

const plain: StageSettings = {
  resources: { cores: 0, memoryBytes: 0, mutex: [] },
  attempts: 1,
  backoffMs: 0,
  env: [],
}

/** Reads `meta.resources`, `meta.retry`, `meta.timeout` and `meta.env`. Errors: `pipeline_invalid` with the place. */
export function stageSettings(stage: Stage, root: string): StageSettings {
  const { meta } = stage
  if (!isMap(meta)) return plain

  function fail(keys: readonly (string | number)[], problem: string): never {
    const text = readText(join(root, stage.file)) ?? ''
    const top = ['stages', stage.group ?? stage.name]
    const yaml = readYaml(text, stage.file)
    const place = yaml.place([...top, ...(stage.group === undefined ? [] : ['do']), ...keys])
    throw invalid(stage.file, place, `${keys.join('.')} of ${stage.name} ${problem}`)
  }
  const amount = (
    value: Value | undefined,
    keys: readonly string[],
    read: (text: string) => number | undefined,
    like: string,
  ): number | undefined => {
    if (value === undefined || value === null) return undefined
    const found = typeof value === 'object' ? undefined : read(String(value))
    return found ?? fail(keys, `is ${shown(value)}; write it like ${like}`)
  }
  const names = (value: Value | undefined, keys: readonly string[], like: RegExp): string[] => {
    if (value === undefined || value === null) return []
    const list = isList(value) ? value : [value]
    return list.map((item, index) =>
      typeof item === 'string' && like.test(item)
        ? item
        : fail(isList(value) ? [...keys, String(index)] : keys, `has no name in ${shown(item)}`),
    )
  }
  const known = (map: Value | undefined, keys: readonly string[], allowed: readonly string[]) => {
    if (map === undefined || map === null) return new Map<string, Value>()
    if (!isMap(map)) return fail(keys, `is ${shown(map)}; it holds ${allowed.join(', ')}`)
    const odd = [...map.keys()].find((key) => !allowed.includes(key))
    return odd === undefined
      ? map
      : fail([...keys, odd], `is not known here; there are ${allowed.join(', ')}`)
  }

  const resources = known(
    meta.get('resources'),
    ['meta', 'resources'],
    ['cores', 'memory', 'mutex'],
  )
  const tries = meta.get('retry')
  const retry = isMap(tries)
    ? known(tries, ['meta', 'retry'], ['count', 'backoff'])
    : new Map<string, Value>(tries === undefined ? [] : [['count', tries]])
  const again = amount(retry.get('count'), ['meta', 'retry'], readCount, '3') ?? 0
  const timeoutMs = amount(meta.get('timeout'), ['meta', 'timeout'], readDuration, '90s, 10m or 2h')
  return {
    resources: {
      cores: amount(resources.get('cores'), ['meta', 'resources', 'cores'], readCores, '2') ?? 0,
      memoryBytes:
        amount(resources.get('memory'), ['meta', 'resources', 'memory'], readBytes, '500MB') ?? 0,
      mutex: names(resources.get('mutex'), ['meta', 'resources', 'mutex'], /\S/),
    },
    attempts: 1 + again,
    backoffMs: amount(retry.get('backoff'), ['meta', 'retry', 'backoff'], readDuration, '10s') ?? 0,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    env: names(meta.get('env'), ['meta', 'env'], /^[A-Za-z_][A-Za-z0-9_]*$/).sort(),
  }
}

/** What a step holds while it runs. Errors: `resources_missing` for more memory than there is; such a stage would wait for ever. */
export function resourcesOf(
  node: Node,
  root: string,
  capacity: { readonly memoryBytes: number },
): StageResources {
  if (!isStage(node)) return plain.resources
  const { resources } = stageSettings(node, root)
  if (resources.memoryBytes > capacity.memoryBytes) {
    throw new TidemillError('resources_missing', {
      stage: node.address,
      wanted: bytesText(resources.memoryBytes),
      available: bytesText(capacity.memoryBytes),
    })
  }
  return resources
}

function readCount(text: string): number | undefined {
  return /^\d{1,3}$/.test(text) ? Number(text) : undefined
}

function readCores(text: string): number | undefined {
  const cores = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0
  return cores > 0 ? cores : undefined
}

const seconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }

/** `90`, `90s`, `1.5h`: milliseconds; a bare number is of seconds. */
export function readDuration(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/.exec(text.trim())
  const scale = seconds[found?.[2] ?? 's']
  const value = found && scale !== undefined ? Math.round(Number(found[1]) * scale * 1000) : 0
  return value > 0 ? value : undefined
}

/** `1.2 GB`. */
export function bytesText(bytes: number): string {
  const step = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)))
  const value = bytes / 1000 ** step
  return `${value >= 10 || step === 0 ? Math.round(value) : Math.round(value * 10) / 10} ${units[step] ?? ''}B`
}

const units = ['', 'K', 'M', 'G', 'T']

/** `500MB`, `3 GB`, `2GiB`: bytes. Without an `i` a step is 1,000, with it 1,024. */
export function readBytes(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?$/i.exec(text.trim())
  if (!found) return undefined
  const step = found[3] === '' ? 1000 : 1024
  const value = Number(found[1]) * step ** units.indexOf((found[2] ?? '').toUpperCase())
  return value > 0 ? Math.round(value) : undefined
}

function shown(value: Value): string {
  if (isMap(value)) return 'a map'
  return isList(value) ? 'a list' : `"${String(value)}"`
}
