import { existsSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { relative } from 'node:path'
import { dirname, isAbsolute, join } from 'node:path/posix'
import type { Stage } from '../../model.ts'
import type { Traced } from '../executor.ts'

/** What a stage read against what it declares. */
export interface TraceReport {
  readonly how: Traced['how']
  /** Files of the repository that were read and are no dependency, relative to the root. */
  readonly undeclared: readonly string[]
  /** Files outside the repository that belong to nothing installed; absent where they cannot be seen. */
  readonly outside?: readonly string[]
  /** Dependencies of which nothing was read. */
  readonly unread: readonly string[]
}

/** The program's own and the machine's: not the data of a project. */
const installed = [
  '/usr',
  '/lib',
  '/lib64',
  '/bin',
  '/sbin',
  '/etc',
  '/proc',
  '/sys',
  '/dev',
  '/opt',
  '/run',
  '/var',
  '/nix',
  '/snap',
]
const passedOver =
  /(^|\/)(\.git|\.dvc|__pycache__|\.venv|venv|node_modules|\.cache|site-packages)(\/|$)|\.pyc$/

const inside = (path: string, top: string): boolean =>
  path === top || top === '.' || path.startsWith(`${top}/`)

export function traceReport(
  stage: Stage,
  root: string,
  traced: Traced,
  exists: (path: string) => boolean = existsSync,
): TraceReport {
  const inPython = pythonInstallations(exists)
  const declared = [...stage.deps, ...stage.params].map((each) => each.target)
  const own = stage.outs.map((out) => out.target)
  const undeclared = new Set<string>()
  const outside = new Set<string>()
  const used = new Set<string>()
  for (const absolute of traced.read) {
    const targets = absolute.map((path) => {
      const below = relative(root, path)
      return below.startsWith('..') ? path : below
    })
    const among = (each: string): boolean => targets.some((target) => inside(target, each))
    const names = declared.filter(among)
    for (const name of names) used.add(name)
    if (names.length > 0 || own.some(among)) continue
    const ours = targets.find((target) => !isAbsolute(target) && !passedOver.test(target))
    if (ours !== undefined) {
      if (ours !== join(stage.file)) undeclared.add(ours)
    } else if (!targets.some((target) => isPassedOver(target) || inPython(dirname(target)))) {
      outside.add(absolute[0] ?? '')
    }
  }
  return {
    how: traced.how,
    undeclared: [...undeclared].sort(),
    ...(traced.how === 'strace' ? { outside: [...outside].sort() } : {}),
    unread: stage.deps.map((dep) => dep.target).filter((target) => !used.has(target)),
  }
}

/** What belongs to no project: what is installed, and a user's settings, `~/.config/…`, `~/.profile`. */
function isPassedOver(target: string): boolean {
  return (
    passedOver.test(target) ||
    [...installed, tmpdir()].some((top) => inside(target, top)) ||
    target.startsWith(`${homedir()}/.`)
  )
}

/** Whether a folder is in a Python of its own, wherever that was put: conda’s lie in `~/miniconda3` by their own choice. */
function pythonInstallations(exists: (path: string) => boolean): (folder: string) => boolean {
  const known = new Map<string, boolean>()
  const isIn = (folder: string): boolean => {
    if (folder === dirname(folder)) return false
    const found =
      known.get(folder) ??
      (['conda-meta', 'pyvenv.cfg'].some((name) => exists(join(folder, name))) ||
        isIn(dirname(folder)))
    known.set(folder, found)
    return found
  }
  return isIn
}
