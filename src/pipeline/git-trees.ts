import { git, gitAnswer, gitObjects } from './git.ts'

/** The files of a commit by their paths from the root, each with the name of its content; '' for a repository of its own. */
export interface GitTree {
  get(path: string): string | undefined
  /** What lies in a folder, and whether it is one. */
  list(folder: string): ReadonlyMap<string, boolean>
  /** The contents that nearly everyone who looks at a commit reads, by path. */
  readonly usual: ReadonlyMap<string, string>
}

type Folders = Map<string, Map<string, boolean>>
const nothing: ReadonlyMap<string, boolean> = new Map()

/** A commit, and one that is nearly like it. */
export interface LikeCommit {
  readonly rev: string
  readonly like: string
}

/** The files of a revision; `undefined` for one that Git does not know. */
export function gitTree(root: string, revision: string): GitTree | undefined {
  const listing = git(root, ['ls-tree', '-r', '-z', `${revision}^{commit}`, '.'])
  if (listing === undefined) return undefined
  const tree = new Map<string, string>()
  for (const line of listing.split('\0')) {
    if (line === '') continue
    const cut = line.indexOf('\t')
    const [, kind, name = ''] = line.slice(0, cut).split(' ')
    tree.set(line.slice(cut + 1), kind === 'blob' ? name : '')
  }
  return wholeTree(tree)
}

function isUsual(path: string): boolean {
  return /(?:^|\/)(?:dvc\.yaml|dvc\.lock|params\.yaml|[^/]+\.dvc)$/.test(path)
}

function wholeTree(files: ReadonlyMap<string, string>): GitTree {
  const folders: Folders = new Map()
  const inFolder = (folder: string): Map<string, boolean> => {
    const entries = folders.get(folder) ?? new Map<string, boolean>()
    folders.set(folder, entries)
    return entries
  }
  for (const path of files.keys()) addTo(inFolder, path)
  return {
    get: (path) => files.get(path),
    list: (folder) => folders.get(folder) ?? nothing,
    usual: new Map([...files].filter(([path]) => isUsual(path))),
  }
}

/** A tree that is another but for some files: a hundred commits of a large repository share what they have in common. */
function changedTree(base: GitTree, changes: ReadonlyMap<string, string | undefined>): GitTree {
  const folders: Folders = new Map()
  const inFolder = (folder: string): Map<string, boolean> => {
    const entries = folders.get(folder) ?? new Map(base.list(folder))
    folders.set(folder, entries)
    return entries
  }
  const usual = new Map(base.usual)
  // what goes first, as a folder may come where a file was
  for (const [path, name] of changes) if (name === undefined) removeFrom(inFolder, path)
  for (const [path, name] of changes) {
    if (name !== undefined) addTo(inFolder, path)
    if (!isUsual(path)) continue
    if (name === undefined) usual.delete(path)
    else usual.set(path, name)
  }
  return {
    get: (path) => (changes.has(path) ? changes.get(path) : base.get(path)),
    list: (folder) => folders.get(folder) ?? base.list(folder),
    usual,
  }
}

type InFolder = (folder: string) => Map<string, boolean>

function addTo(inFolder: InFolder, path: string): void {
  const parts = path.split('/')
  parts.forEach((part, depth) => {
    inFolder(parts.slice(0, depth).join('/')).set(part, depth < parts.length - 1)
  })
}

/** Git has no empty folders: those that are left so go too. */
function removeFrom(inFolder: InFolder, path: string): void {
  const parts = path.split('/')
  for (let depth = parts.length - 1; depth >= 0; depth--) {
    const entries = inFolder(parts.slice(0, depth).join('/'))
    entries.delete(parts[depth] ?? '')
    if (entries.size > 0) return
  }
}

/**
 * The files of many commits by two calls of Git: one is listed, and of each other it is asked how it differs from the one it is like.
 * Commits that are not here are left out, and all are when the first that others are like is not. Errors: `conflict` for a damaged
 * one.
 */
export function gitTrees(
  root: string,
  commits: readonly LikeCommit[],
): ReadonlyMap<string, GitTree> {
  const bases = new Set(commits.map(({ like }) => like))
  const trees = new Map<string, GitTree>()
  const [first] = bases
  const listed = first === undefined ? undefined : gitTree(root, first)
  if (first === undefined || listed === undefined) return trees
  trees.set(first, listed)
  const likes = new Map<string, string>()
  for (const rev of bases) if (rev !== first) likes.set(rev, first)
  for (const { rev, like } of commits) if (!bases.has(rev)) likes.set(rev, like)
  for (const [rev, changes] of differences(root, likes)) {
    const before = trees.get(likes.get(rev) ?? '')
    if (!before) continue
    trees.set(rev, changedTree(before, changes))
  }
  return trees
}

/** What each commit has otherwise than another, by path; `undefined` for what it lacks. */
function differences(
  root: string,
  likes: ReadonlyMap<string, string>,
): ReadonlyMap<string, ReadonlyMap<string, string | undefined>> {
  const found = new Map<string, Map<string, string | undefined>>()
  if (likes.size === 0) return found
  const how = ['--stdin', '-r', '-z', '--raw', '--always', '--no-renames', '--no-abbrev']
  const pairs = [...likes].map((pair) => pair.join(' '))
  const said = gitAnswer(root, ['diff-tree', ...how, '--relative'], pairs).toString()
  let changes = new Map<string, string | undefined>()
  const tokens = said.split('\0')
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] ?? ''
    if (!token.startsWith(':')) {
      changes = new Map()
      if (token !== '') found.set(token, changes)
      continue
    }
    const [, mode, , name] = token.split(' ')
    at += 1
    changes.set(tokens[at] ?? '', mode === '000000' ? undefined : mode === '160000' ? '' : name)
  }
  return found
}

/** The contents of files by their names. */
export interface GitContents {
  /** Says what will be read, so that it comes with the first that is. */
  expect(names: Iterable<string>): void
  read(name: string): Uint8Array | undefined
}

/** What Git has; each content is asked for once, and those that are expected at once. */
export function gitContents(root: string): GitContents {
  const known = new Map<string, Uint8Array | undefined>()
  const expected = new Set<string>()
  return {
    expect(names) {
      for (const name of names) if (name !== '' && !known.has(name)) expected.add(name)
    },
    read(name) {
      if (name === '') return undefined
      if (!known.has(name)) {
        const asked = [...expected.add(name)]
        expected.clear()
        for (const [each, content] of contentsOf(root, asked, name)) known.set(each, content)
      }
      return known.get(name)
    },
  }
}

/** All that is asked for, or the one that is needed where something else is damaged. */
function contentsOf(
  root: string,
  asked: readonly string[],
  needed: string,
): readonly (readonly [string, Uint8Array | undefined])[] {
  const read = (names: readonly string[]) => {
    const found = gitObjects(root, names)
    return names.map((name) => [name, found.get(name)] as const)
  }
  try {
    return read(asked)
  } catch {
    return read([needed])
  }
}
