import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ignore, { type Ignore } from 'ignore'

interface Rules {
  /** Folder the patterns stand in, relative to the root; empty at the root. */
  readonly base: string
  /** Patterns that name one thing in that folder, `/name`: most of what is written for data, and quick to look up. */
  readonly names?: ReadonlySet<string>
  readonly matcher?: Ignore
}

/**
 * Patterns in Git's syntax from a file that any folder may have (`.dvcignore`, `.gitignore`): a nearer file outweighs one
 * further up, and nothing below an ignored folder comes back.
 */
export interface IgnoreRules {
  /** Whether a path (relative to the root) is ignored, itself or through a folder above it. */
  ignored(path: string, folder: boolean): boolean
  /** As `ignored`, for a caller who knows that the folder above is not. */
  ignoredHere(path: string, folder: boolean): boolean
}

/** `always` are names that are ignored wherever they stand, a `/` behind those of folders alone. */
export function ignoreRules(
  root: string,
  name: string,
  always: readonly string[] = [],
): IgnoreRules {
  const perFolder = new Map<string, readonly Rules[]>()
  const names = new Set(always)

  function rulesOf(folder: string): readonly Rules[] {
    const known = perFolder.get(folder)
    if (known) return known
    const cut = folder.lastIndexOf('/')
    const above = folder === '' ? [] : rulesOf(cut === -1 ? '' : folder.slice(0, cut))
    const lines = patterns(join(root, folder, name))
    const rules = lines.length === 0 ? above : [...above, { base: folder, ...split(lines) }]
    perFolder.set(folder, rules)
    return rules
  }

  function ignoredHere(path: string, folder: boolean): boolean {
    const cut = path.lastIndexOf('/')
    const rules = rulesOf(cut === -1 ? '' : path.slice(0, cut))
    const last = path.slice(cut + 1)
    let result = names.has(last) || (folder && names.has(`${last}/`))
    for (const { base, names: here, matcher } of rules) {
      const inside = base === '' ? path : path.slice(base.length + 1)
      if (here?.has(inside)) result = true
      if (!matcher) continue
      const verdict = matcher.test(folder ? `${inside}/` : inside)
      if (verdict.ignored) result = true
      else if (verdict.unignored) result = false
    }
    return result
  }

  return {
    ignoredHere,
    ignored(path, folder) {
      for (let cut = path.indexOf('/'); cut !== -1; cut = path.indexOf('/', cut + 1)) {
        if (ignoredHere(path.slice(0, cut), true)) return true
      }
      return ignoredHere(path, folder)
    },
  }
}

/** Names apart from patterns, where nothing is taken back: there the order of lines does not count. */
function split(lines: readonly string[]): Pick<Rules, 'names' | 'matcher'> {
  const matching = (some: readonly string[]): Ignore =>
    ignore({ allowRelativePaths: true }).add([...some])
  if (lines.some((line) => line.startsWith('!'))) return { matcher: matching(lines) }
  const isName = (line: string): boolean => /^\/[\w.-]+$/.test(line)
  const rest = lines.filter((line) => !isName(line))
  return {
    names: new Set(lines.filter(isName).map((line) => line.slice(1))),
    ...(rest.length === 0 ? {} : { matcher: matching(rest) }),
  }
}

function patterns(file: string): string[] {
  try {
    const text = readFileSync(file, 'utf8')
    return text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'))
  } catch {
    return []
  }
}
