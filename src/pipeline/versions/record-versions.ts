import { git, gitAnswer, needGit } from '../git.ts'

/** A text that a lock or a `.dvc` file had, and a commit that gave it that. */
export interface RecordVersion {
  readonly commit: string
  /** From the root of the repository. */
  readonly path: string
  readonly text: string
}

/** Every text that any lock or `.dvc` file had in any commit or experiment, each once. */
export function recordVersions(root: string): readonly RecordVersion[] {
  // HEAD may be on no branch
  const tips = ['--branches', '--tags', '--remotes', '--glob=refs/exps', ...headOf(root)]
  const found = changesIn(root, tips, ['*.dvc', '*dvc.lock'])
  const texts = contents(
    root,
    found.map((each) => each.blob),
  )
  return found.map(({ commit, path }, at) => ({ commit, path, text: texts[at] ?? '' }))
}

/** What HEAD has of locks and `.dvc` files, and what each was in any commit that was here, the newest first. */
export function recordHistory(
  root: string,
  paths: readonly string[],
): { readonly now: ReadonlyMap<string, string>; readonly then: readonly RecordVersion[] } {
  const head = headOf(root)
  if (head.length === 0) return { now: new Map(), then: [] }
  const literally = paths.map((path) => `:(literal)${path}`)
  const tips = ['--branches', '--tags', '--remotes', '--reflog', ...head]
  const found = changesIn(root, tips, literally)
  const texts = contents(root, [
    ...paths.map((path) => named('HEAD', path)),
    ...found.map((each) => each.blob),
  ])
  const then = found.map(({ commit, path }, at) => {
    const text = texts[paths.length + at] ?? ''
    return { commit, path, text }
  })
  return { now: new Map(paths.map((path, at) => [path, texts[at] ?? ''])), then }
}

/** The blobs that commits gave to paths, each once, by the first commit that did. */
function changesIn(
  root: string,
  tips: readonly string[],
  paths: readonly string[],
): readonly { readonly commit: string; readonly path: string; readonly blob: string }[] {
  const changes = needGit(root, [
    ...['log', '--format=%H', '--full-history', ...tips],
    ...['--raw', '-c', '--no-renames', '--no-abbrev', '-z', '--relative'],
    ...['--', ...paths],
  ])
  const versions = new Map<string, { commit: string; path: string; blob: string }>()
  let commit = ''
  const tokens = changes.split('\0')
  for (let at = 0; at < tokens.length; at += 1) {
    const word = (tokens[at] ?? '').replace(/^\n/, '')
    if (!word.startsWith(':')) {
      commit = word
      continue
    }
    // the modes, the blobs before and the blob after, and the kind of change; then the path
    const blob = word.split(' ').at(-2) ?? ''
    at += 1
    const path = tokens[at] ?? ''
    if (isRecord(path) && !/^0*$/.test(blob))
      versions.set(`${blob} ${path}`, { commit, path, blob })
  }
  return [...versions.values()]
}

/** Whether Git has a file or folder at each path of each commit. */
export function areInGit(
  root: string,
  places: readonly { readonly commit: string; readonly path: string }[],
): readonly boolean[] {
  const asked = places.map(({ commit, path }) => named(commit, path))
  const answers = gitAnswer(root, ['cat-file', '--batch-check=%(objecttype)'], asked)
    .toString()
    .split('\n')
  return answers.map((answer) => answer === 'blob' || answer === 'tree')
}

/** A name with a line's end cannot be asked for: what is not known to be in Git counts as data. */
function named(commit: string, path: string): string {
  return /\n/.test(path) ? '' : `${commit}:./${path}`
}

function headOf(root: string): readonly string[] {
  return git(root, ['rev-parse', '--verify', '--quiet', 'HEAD']) === undefined ? [] : ['HEAD']
}

function isRecord(path: string): boolean {
  return path.endsWith('dvc.lock') || (path.endsWith('.dvc') && !/(^|\/)\.dvc$/.test(path))
}

function contents(root: string, blobs: readonly string[]): readonly string[] {
  const answer = gitAnswer(root, ['cat-file', '--batch=%(objectsize)'], blobs)
  const texts: string[] = []
  for (let at = 0; at < answer.length;) {
    const end = answer.indexOf('\n', at)
    const size = Number(answer.toString('utf8', at, end))
    // what is not there has no content after its line
    if (Number.isNaN(size)) {
      texts.push('')
      at = end + 1
      continue
    }
    texts.push(answer.toString('utf8', end + 1, end + 1 + size))
    at = end + 1 + size + 1
  }
  return texts
}
