import { randomBytes } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import { overrideParam } from '../experiments/override-params.ts'
import { identity } from '../experiments/save-experiment.ts'
import { git, needGit } from '../git.ts'
import { gitRevision } from '../pipeline-source.ts'
import { paramsTree } from '../report/params.ts'
import { flatValues } from '../values/flat-values.ts'
import { findRoot, openRepository } from '../repository.ts'
import { floatText } from '../values/python-text.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, valuesEqual, type Value } from '../values/value.ts'

export interface RevisionWith {
  readonly commit: string
  /** `file:key` of what was set. */
  readonly set: readonly string[]
}

export interface Addition {
  /** What `git apply` takes, against the revision. */
  readonly patch?: Uint8Array
  readonly params: Readonly<Record<string, string>>
}

/**
 * A revision with a patch on it and these parameters in its params files: what differs becomes a commit on top that no branch points
 * at, the same one whenever it is asked for. A name is a
 * dotted key, or the last part of one where only one ends with it; names that are no parameter there are passed over. `check` sees each
 * value that would take the place of another, and throws where it may not. Errors: `not_found` for a revision that Git does not know,
 * `conflict` for a patch that does not fit it.
 */
export function revisionWith(
  folder: string,
  revision: string,
  { patch, params }: Addition,
  check: (name: string, before: Value, wanted: string) => void,
): RevisionWith {
  const root = findRoot(folder)
  const base = patch ? patched(root, revision, patch) : fullName(root, revision)
  const source = gitRevision(root, base)
  const known = [...paramsTree(root, base)].flatMap(([file, values]) =>
    [...flatValues(values)].map(([key, value]) => ({ file, key, value })),
  )
  const texts = new Map<string, string>()
  const set: string[] = []
  for (const [name, wanted] of Object.entries(params)) {
    const exact = known.filter(({ key }) => key === name)
    const found = exact.length > 0 ? exact : known.filter(({ key }) => key.endsWith(`.${name}`))
    const [only] = found
    if (!only || found.length > 1 || isText(only.value, wanted)) continue
    check(name, only.value, wanted)
    const text = texts.get(only.file) ?? source.read(only.file) ?? ''
    // a text stays one, whatever YAML would read in it
    const value = typeof only.value === 'string' ? JSON.stringify(wanted) : wanted
    texts.set(only.file, overrideParam(text, only.file, only.key, value))
    set.push(`${only.file}:${only.key}`)
  }
  return { commit: set.length === 0 ? base : commitTexts(root, base, texts), set }
}

/** Whether a tracker that keeps texts would have written a value so. */
function isText(value: Value, text: string): boolean {
  if (typeof value === 'number')
    return floatText(value) === text || (text.trim() !== '' && Number(text) === value)
  if (value === null) return ['', 'none', 'null'].includes(text.toLowerCase())
  if (isList(value)) return valuesEqual(value, read(text))
  return String(value).toLowerCase() === text.toLowerCase()
}

function read(text: string): Value {
  try {
    return readYaml(text, 'a parameter').value
  } catch (error) {
    if (error instanceof TidemillError) return text
    throw error
  }
}

function fullName(root: string, revision: string): string {
  return git(root, ['rev-parse', `${revision}^{commit}`])?.trim() ?? revision
}

function patched(root: string, revision: string, patch: Uint8Array): string {
  const base = fullName(root, revision)
  return commitOnTop(root, base, 'what a run had beside its commit', (run, scratch) => {
    const file = join(scratch, 'patch')
    writeFileSync(file, patch)
    // Below the top of the work tree Git passes over what a patch says of other folders.
    run('-C', run('rev-parse', '--show-toplevel'), 'apply', '--cached', '--whitespace=nowarn', file)
  })
}

function commitTexts(root: string, base: string, texts: ReadonlyMap<string, string>): string {
  return commitOnTop(root, base, 'parameters of a run', (run, scratch) => {
    const prefix = run('rev-parse', '--show-prefix')
    for (const [path, text] of texts) {
      const file = join(scratch, 'text')
      writeFileSync(file, text)
      const blob = run('hash-object', '-w', '--', file)
      run('update-index', '--add', '--cacheinfo', `100644,${blob},${prefix}${path}`)
    }
  })
}

type RunGit = (...args: readonly string[]) => string

/** A commit on top of another, as of the same time: the same change makes the same commit. Errors: `conflict`. */
function commitOnTop(
  root: string,
  base: string,
  message: string,
  change: (run: RunGit, scratch: string) => void,
): string {
  const scratch = join(openRepository(root).own, `with-${randomBytes(6).toString('hex')}`)
  const date = `${(git(root, ['show', '-s', '--format=%ct', base]) ?? '0').trim()} +0000`
  const dates = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }
  const env = { GIT_INDEX_FILE: join(scratch, 'index'), ...identity(root), ...dates }
  const run: RunGit = (...args) => needGit(root, args, env).trim()
  mkdirSync(scratch, { recursive: true })
  try {
    run('read-tree', base)
    change(run, scratch)
    return run('commit-tree', run('write-tree'), '-p', base, '-m', message)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
