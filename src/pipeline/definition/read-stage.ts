import { isAbsolute, join, normalize, relative } from 'node:path/posix'
import type { Dependency, Output, OutputKind, ParamsDependency, Stage } from '../model.ts'
import { invalid } from '../values/invalid.ts'
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts'
import type { ResolvedStage } from './resolve-stages.ts'
import { textOf } from './template.ts'

export interface StageContext {
  /** Absolute path of the repository. */
  readonly root: string
  /** dvc.yaml relative to the root. */
  readonly file: string
  /** What stands before the name of a stage: empty, or `sub/dvc.yaml:`. */
  readonly prefix: string
}

/** Where a path that a stage names lies: relative to the root, or absolute when outside. */
export function targetOf(path: string, wdir: string, root: string): string {
  const target = isAbsolute(path) ? path : join(wdir, path)
  const inside = relative(root, isAbsolute(target) ? target : join(root, target))
  if (inside === '') return '.'
  return inside === '..' || inside.startsWith('../') ? normalize(join(root, inside)) : inside
}

/** Reads paths and flags of a resolved stage. Errors: `pipeline_invalid`. */
export function readStage(resolved: ResolvedStage, context: StageContext): Stage {
  const { fields, wdir, name, group } = resolved
  const fail = (keys: readonly (string | number)[], problem: string): never => {
    throw invalid(context.file, resolved.place(keys), problem)
  }
  const target = (path: string, keys: readonly (string | number)[]): string => {
    if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
      fail(keys, `${path} is outside this machine; fetch it in a stage of its own`)
    }
    if (path === '') fail(keys, 'a path may not be empty')
    return targetOf(path, wdir, context.root)
  }

  const command = fields.get('cmd') ?? null
  const cmd = isList(command) ? command.map((line) => textOf(line)) : textOf(command)
  if (cmd.length === 0) fail(['cmd'], `the stage ${name} needs a command`)

  const deps: Dependency[] = texts(fields.get('deps')).map((path, index) => ({
    path,
    target: target(path, ['deps', index]),
  }))
  const outs: Output[] = []
  const sections: readonly [string, OutputKind][] = [
    ['outs', 'out'],
    ['metrics', 'metric'],
    ['plots', 'plot'],
  ]
  for (const [section, kind] of sections) {
    for (const [index, item] of listOf(fields.get(section)).entries()) {
      const pairs: readonly (readonly [string, ValueMap])[] =
        typeof item === 'string'
          ? [[item, new Map()]]
          : isMap(item)
            ? [...item].map(([key, flags]) => [key, flagsOf(flags)])
            : []
      for (const [path, flags] of pairs) {
        const at = target(path, [section, index])
        const output = readOutput(path, at, kind, flags)
        const twice = outs.findIndex((other) => other.target === at)
        if (twice === -1) outs.push(output)
        else if (outs[twice]?.kind === kind) outs[twice] = { ...outs[twice], ...output }
        else fail([section, index], `${path} is listed twice among the outputs of ${name}`)
        if (isAbsolute(at) && output.cache) {
          fail(
            [section, index],
            `the output ${path} of ${name} lies outside the repository; keep it inside, or set cache: false`,
          )
        }
      }
    }
  }
  const outTargets = new Set(outs.map((out) => out.target))
  const depTargets = new Set<string>()
  for (const [index, dep] of deps.entries()) {
    if (outTargets.has(dep.target))
      fail(['deps', index], `${dep.path} is both a dependency and an output of ${name}`)
    const inner = outs.find(
      (out) => out.target.startsWith(`${dep.target}/`) || dep.target.startsWith(`${out.target}/`),
    )
    if (inner)
      fail(
        ['deps', index],
        `the dependency ${dep.path} of ${name} and its output ${inner.path} hold one another`,
      )
    if (depTargets.has(dep.target))
      fail(['deps', index], `${dep.path} is listed twice among the dependencies of ${name}`)
    depTargets.add(dep.target)
  }
  const desc = fields.get('desc')
  const meta = fields.get('meta')
  return {
    address: `${context.prefix}${name}`,
    name,
    ...(group === undefined ? {} : { group }),
    file: context.file,
    cmd,
    wdir,
    deps,
    params: readParams(fields.get('params'), (path, index) => target(path, ['params', index])),
    outs,
    frozen: fields.get('frozen') === true,
    alwaysChanged: fields.get('always_changed') === true,
    ...(typeof desc === 'string' ? { desc } : {}),
    ...(meta === undefined ? {} : { meta }),
  }
}

/** The flags of an output entry, also of one in a `.dvc` file. */
export function readOutput(
  path: string,
  target: string,
  kind: OutputKind,
  flags: ValueMap,
): Output {
  const text = (key: string): string | undefined => {
    const value = flags.get(key)
    return typeof value === 'string' ? value : undefined
  }
  const [remote, desc, type] = [text('remote'), text('desc'), text('type')]
  const [labels, meta] = [flags.get('labels'), flags.get('meta')]
  return {
    path,
    target,
    kind,
    cache: flags.get('cache') !== false,
    persist: flags.get('persist') === true,
    push: flags.get('push') !== false,
    ...(remote === undefined ? {} : { remote }),
    ...(desc === undefined ? {} : { desc }),
    ...(type === undefined ? {} : { type }),
    ...(labels === undefined ? {} : { labels: texts(labels) }),
    ...(meta === undefined ? {} : { meta }),
    ...(kind === 'plot' ? { plot: flags } : {}),
  }
}

function readParams(
  value: Value | undefined,
  target: (path: string, index: number) => string,
): ParamsDependency[] {
  const files = new Map<string, { keys: string[]; whole: boolean; target: string }>()
  const file = (path: string, index: number) => {
    const present = files.get(path)
    if (present) return present
    const fresh = { keys: [], whole: false, target: target(path, index) }
    files.set(path, fresh)
    return fresh
  }
  for (const [index, item] of listOf(value).entries()) {
    if (isMap(item)) {
      for (const [path, keys] of item) {
        const entry = file(path, index)
        const names = listOf(keys).map((key) => textOf(key))
        if (names.length === 0) entry.whole = true
        else add(entry.keys, names)
      }
    } else add(file('params.yaml', index).keys, [textOf(item)])
  }
  return [...files].map(([path, entry]) => ({
    path,
    target: entry.target,
    keys: entry.whole ? [] : entry.keys,
  }))
}

function add(into: string[], names: readonly string[]): void {
  for (const name of names) if (!into.includes(name)) into.push(name)
}

function flagsOf(value: Value): ValueMap {
  if (isMap(value)) return value
  const [first] = listOf(value)
  return first !== undefined && isMap(first) ? first : new Map()
}

function listOf(value: Value | undefined): readonly Value[] {
  return isList(value) ? value : []
}

function texts(value: Value | undefined): string[] {
  return listOf(value).map((item) => textOf(item))
}
