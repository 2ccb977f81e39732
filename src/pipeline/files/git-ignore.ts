import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { basename, dirname as posixDirname } from 'node:path/posix'
import ignore from 'ignore'
import { ignoreRules } from './ignore-rules.ts'

/** The folder of the Git work tree that `root` is in; `undefined` outside one. */
export function gitRoot(root: string): string | undefined {
  for (let here = root; ; here = dirname(here)) {
    if (existsSync(join(here, '.git'))) return here
    if (dirname(here) === here) return undefined
  }
}

/**
 * Adds `/name` to the .gitignore beside each target, as DVC does with data it keeps, unless Git ignores it already. Returns the
 * files that changed, relative to the root.
 */
export function hideFromGit(root: string, targets: readonly string[]): string[] {
  if (targets.length === 0 || gitRoot(root) === undefined) return []
  const changed = new Set<string>()
  for (const target of targets) {
    // read anew each time: the line before may be what ignores this one
    if (ignoreRules(root, '.gitignore').ignored(target, false) || excluded(root, target)) continue
    const file = join(posixDirname(target), '.gitignore')
    const before = read(join(root, file))
    const gap = before === '' || before.endsWith('\n') ? '' : '\n'
    writeFileSync(join(root, file), `${before}${gap}${lineFor(target)}\n`)
    changed.add(file)
  }
  return [...changed]
}

/** Takes the lines away that `hideFromGit` wrote; a .gitignore that held nothing else goes too. Returns the files that changed. */
export function showToGit(root: string, targets: readonly string[]): string[] {
  const changed = new Set<string>()
  for (const target of targets) {
    const file = join(posixDirname(target), '.gitignore')
    const before = read(join(root, file))
    const lines = before.split('\n')
    const kept = lines.filter((line) => ![line, line.trim()].includes(lineFor(target)))
    if (kept.length === lines.length) continue
    if (kept.every((line) => line === '')) rmSync(join(root, file))
    else writeFileSync(join(root, file), kept.join('\n'))
    changed.add(file)
  }
  return [...changed]
}

function lineFor(target: string): string {
  const escaped = basename(target).replace(/([\\*?[\]!#])/g, '\\$1')
  // no line can hold a line's end: the sign for any one character stands for it
  return `/${escaped.replace(/[\n\r]/g, '?').replace(/ $/, '\\ ')}`
}

function excluded(root: string, target: string): boolean {
  const text = read(join(root, '.git', 'info', 'exclude'))
  return text !== '' && ignore().add(text).ignores(target)
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
