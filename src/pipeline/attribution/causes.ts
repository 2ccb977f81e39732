import { basename, extname } from 'node:path/posix'
import type { Stage } from '../model.ts'
import { isMap, type Value } from '../values/value.ts'
import type { Plain } from '../values/plain.ts'
import type { Difference } from './differences.ts'
import { groups } from './groups.ts'
import { covers, overlap } from './paths.ts'
import { entryOfStage, paramFiles, type Side } from './side.ts'
import { getAt, valuesOf, type Swap } from './swap.ts'

export type CauseKind = 'code' | 'params' | 'data' | 'environment'

/** Something that differs between two results and can be swapped by itself. */
export interface Cause {
  /** `code:train`, `params:train.rate`, `data:raw.csv`, `environment`. */
  readonly id: string
  readonly kind: CauseKind
  readonly title: string
  /** What differs, by file or by `file:key`. */
  readonly changes: readonly { readonly path: string; readonly old: Plain; readonly new: Plain }[]
  readonly swaps: readonly Swap[]
}

export interface Causes {
  readonly causes: readonly Cause[]
  /** Files that differ and that no stage declares: if one is read all the same, nobody can tell. */
  readonly undeclared: readonly string[]
}

/** How far parameters are taken apart: each by itself, by the first part of its key, or by file. */
export type ParamsDetail = 'key' | 'group' | 'file'

const environmentFile =
  /^(requirements.*\.txt|constraints.*\.txt|environment.*\.ya?ml|conda.*\.ya?ml|pyproject\.toml|setup\.(py|cfg)|(poetry|uv|Pipfile|pdm|pixi|renv|Cargo)\.lock|Pipfile|package(-lock)?\.json|yarn\.lock|pnpm-lock\.yaml|go\.(mod|sum)|DESCRIPTION|Dockerfile.*|\.python-version|\.node-version|\.nvmrc|\.tool-versions)$/

const dataFile =
  /^\.(csv|tsv|parquet|arrow|feather|json|jsonl|ndjson|xlsx?|npy|npz|h5|hdf5|db|sqlite|png|jpe?g|gif|webp|tiff?|wav|mp3|flac|mp4|gz|zip|tar|txt|dat|bin|pkl|onnx)$/i

/**
 * Puts differences together into causes: code by stage (its entry in dvc.yaml and the files it declares that are no data), each
 * parameter, data by dependency, and the environment that stages declare. What cannot be swapped alone is one cause: stages that
 * share a changed file, stages between which a path was renamed, a stage with a parameter or file that only it and one side know.
 */
export function findCauses(
  found: readonly Difference[],
  from: Side,
  to: Side,
  detail: ParamsDetail = 'key',
): Causes {
  const stages = [...from.pipeline.stages, ...to.pipeline.stages]
  const outs = stages.flatMap((stage) => stage.outs.map((out) => out.target))
  const params = new Set([...paramFiles(from), ...paramFiles(to)])
  const together = groups()
  const kept: { readonly token: string; readonly difference: Difference }[] = []
  const undeclared: string[] = []
  for (const difference of found) {
    const token = tokenOf(difference, {
      from,
      to,
      stages,
      outs,
      params,
      detail,
      join: together.join,
    })
    if (token === 'undeclared') undeclared.push(difference.swap.path)
    else if (token !== undefined) kept.push({ token, difference })
  }
  joinRenamed(from, to, together.join)
  const byGroup = new Map<string, typeof kept>()
  for (const each of kept) {
    const group = together.find(each.token)
    byGroup.set(group, [...(byGroup.get(group) ?? []), each])
  }
  const causes = [...byGroup.values()].map(causeOf)
  const rank = { code: 0, params: 1, data: 2, environment: 3 }
  return {
    causes: causes.sort((a, b) => rank[a.kind] - rank[b.kind] || (a.id < b.id ? -1 : 1)),
    undeclared: [...new Set(undeclared)].sort(),
  }
}

interface Setting {
  readonly from: Side
  readonly to: Side
  readonly stages: readonly Stage[]
  /** What stages make. */
  readonly outs: readonly string[]
  /** Files that parameters come from. */
  readonly params: ReadonlySet<string>
  readonly detail: ParamsDetail
  readonly join: (a: string, b: string) => void
}

/** What a difference belongs to, as `kind:name`; nothing for one that follows from the others or has no effect. */
function tokenOf({ swap, old, new: now }: Difference, setting: Setting): string | undefined {
  const { path } = swap
  if (swap.kind === 'value') {
    if (!isPipeline(path)) return paramToken(path, swap.keys, old === null || now === null, setting)
    const [section = '', name = ''] = swap.keys
    if (section === 'stages') return `code:${path}#${name}`
    return section === 'vars' ? `params:${path}:vars` : undefined
  }
  if (isRecord(path) || setting.outs.some((out) => covers(out, path))) return undefined
  const made = path.endsWith('.dvc') ? dataOuts(setting, path) : undefined
  const readers = setting.stages.filter((stage) =>
    stage.deps.some(({ target }) =>
      made ? made.some((out) => overlap(target, out)) : covers(target, path),
    ),
  )
  if (setting.params.has(path)) return `params:${path}`
  const [first] = readers
  if (!first) return made ? undefined : 'undeclared'
  if (!made && environmentFile.test(basename(path))) return 'environment:'
  if (made || dataFile.test(extname(path))) {
    const targets = readers.flatMap((stage) =>
      stage.deps.flatMap(({ target }) =>
        made ? made.filter((out) => overlap(target, out)) : covers(target, path) ? [target] : [],
      ),
    )
    const token = `data:${targets[0] ?? path}`
    for (const target of targets) setting.join(token, `data:${target}`)
    // only one side knows it: the stage that asks for it by name cannot run without
    const alone = old === null || now === null
    for (const stage of alone ? readers : []) {
      const named = stage.deps.some(({ target }) => (made ?? [path]).includes(target))
      if (named) setting.join(`code:${entryOfStage(stage)}`, token)
    }
    return token
  }
  const token = `code:${entryOfStage(first)}`
  for (const stage of readers) setting.join(token, `code:${entryOfStage(stage)}`)
  return token
}

function paramToken(
  path: string,
  keys: readonly string[],
  alone: boolean,
  { stages, detail, join, from, to }: Setting,
): string {
  const shown = detail === 'key' ? keys : detail === 'group' ? keys.slice(0, 1) : []
  const token = `params:${[path, ...(shown.length > 0 ? [shown.join('.')] : [])].join(':')}`
  if (!alone) return token
  const dotted = keys.join('.')
  for (const stage of stages) {
    const asked = stage.params.some(
      (each) =>
        each.target === path &&
        each.keys.some((key) => key === dotted || key.startsWith(`${dotted}.`)),
    )
    if (asked || mentions(entryIn(from, stage), dotted) || mentions(entryIn(to, stage), dotted))
      join(`code:${entryOfStage(stage)}`, token)
  }
  return token
}

function entryIn(side: Side, stage: Stage): Value | undefined {
  return getAt(valuesOf(side, stage.file), ['stages', stage.group ?? stage.name])
}

function mentions(value: Value | undefined, dotted: string): boolean {
  if (typeof value === 'string')
    return [...value.matchAll(/\$\{\s*([^}]*?)\s*\}/g)].some(
      ([, name = '']) => name === dotted || dotted.startsWith(`${name}.`),
    )
  if (isMap(value))
    return [...value].some(([key, inner]) => mentions(key, dotted) || mentions(inner, dotted))
  return Array.isArray(value) && value.some((inner: Value) => mentions(inner, dotted))
}

/** A path that one entry makes on one side only joins it with every entry that names it: one without the other has no sense. */
function joinRenamed(from: Side, to: Side, join: Setting['join']): void {
  const [before, after] = [outsByEntry(from), outsByEntry(to)]
  const moved = new Map<string, string>()
  for (const entry of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(entry), after.get(entry)]
    for (const out of [...(old ?? []), ...(now ?? [])]) {
      if (old?.has(out) && now?.has(out)) continue
      const first = moved.get(out)
      if (first === undefined) moved.set(out, entry)
      else join(`code:${first}`, `code:${entry}`)
    }
  }
  for (const stage of [...from.pipeline.stages, ...to.pipeline.stages]) {
    for (const { target } of stage.deps) {
      const maker = moved.get(target)
      if (maker !== undefined) join(`code:${maker}`, `code:${entryOfStage(stage)}`)
    }
  }
}

function outsByEntry(side: Side): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const stage of side.pipeline.stages) {
    const outs = found.get(entryOfStage(stage)) ?? new Set()
    found.set(entryOfStage(stage), outs)
    for (const out of stage.outs) outs.add(out.target)
  }
  return found
}

function causeOf(
  parts: readonly { readonly token: string; readonly difference: Difference }[],
): Cause {
  const named = new Map<string, string[]>()
  for (const { token } of parts) {
    const [kind = '', name] = [token.slice(0, token.indexOf(':')), nameOf(token)]
    const names = named.get(kind) ?? []
    if (!names.includes(name)) named.set(kind, [...names, name])
  }
  const kind = (['code', 'params', 'data', 'environment'] as const).find((each) => named.has(each))
  const words = { code: 'code of', params: '', data: 'data', environment: 'environment' }
  const title = [...named].map(([each, names]) =>
    `${words[each as CauseKind]} ${names.sort().join(', ')}`.trim(),
  )
  const all = [...named.values()].flat().filter((name) => name !== '')
  return {
    id: [kind ?? 'code', ...(all.length > 0 ? [all.join('+')] : [])].join(':'),
    kind: kind ?? 'code',
    title: title.join(' with '),
    changes: parts.map(({ difference: { swap, old, new: now } }) => ({
      path: swap.kind === 'file' ? swap.path : `${swap.path}:${swap.keys.join('.')}`,
      old,
      new: now,
    })),
    swaps: parts.map(({ difference }) => difference.swap),
  }
}

/** Without what goes without saying: `params.yaml:` and `dvc.yaml#` of the root. */
function nameOf(token: string): string {
  const name = token.slice(token.indexOf(':') + 1)
  return name.replace(/^(params\.yaml:|dvc\.yaml#)/, '').replace('#', ':')
}

function dataOuts({ from, to }: Setting, file: string): readonly string[] {
  return [...from.pipeline.data, ...to.pipeline.data]
    .filter((data) => data.file === file)
    .flatMap((data) => data.outs.map((out) => out.target))
}

function isPipeline(path: string): boolean {
  return basename(path) === 'dvc.yaml'
}

/** What follows from a run, or hides files. */
function isRecord(path: string): boolean {
  return (
    ['dvc.lock', '.gitignore', '.dvcignore'].includes(basename(path)) || path.startsWith('.dvc/')
  )
}
