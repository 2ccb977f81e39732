import { homedir, tmpdir } from 'node:os'
import { relative } from 'node:path'
import { join } from 'node:path/posix'
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

export function traceReport(stage: Stage, root: string, traced: Traced): TraceReport {
  const declared = [...stage.deps, ...stage.params].map((each) => each.target)
  const own = stage.outs.map((out) => out.target)
  const inside = (path: string, top: string): boolean =>
    path === top || top === '.' || path.startsWith(`${top}/`)
  const undeclared = new Set<string>()
  const outside = new Set<string>()
  const used = new Set<string>()
  for (const absolute of traced.read) {
    const path = relative(root, absolute)
    const target = path.startsWith('..') ? absolute : path
    const names = declared.filter((each) => inside(target, each))
    for (const name of names) used.add(name)
    if (names.length > 0 || own.some((each) => inside(target, each))) continue
    if (passedOver.test(target)) continue
    if (target === path) {
      if (target !== join(stage.file)) undeclared.add(target)
    } else if (
      ![...installed, tmpdir()].some((top) => inside(absolute, top)) &&
      !isDotFile(absolute)
    )
      outside.add(absolute)
  }
  return {
    how: traced.how,
    undeclared: [...undeclared].sort(),
    ...(traced.how === 'strace' ? { outside: [...outside].sort() } : {}),
    unread: stage.deps.map((dep) => dep.target).filter((target) => !used.has(target)),
  }
}

/** A user's settings: `~/.config/…`, `~/.profile`. */
function isDotFile(path: string): boolean {
  return path.startsWith(`${homedir()}/.`)
}
