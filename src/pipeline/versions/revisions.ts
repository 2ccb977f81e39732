import { git } from '../git.ts'

/** Which commits count beside the work tree. */
export interface RevisionScope {
  readonly branches?: boolean
  readonly tags?: boolean
  readonly commits?: boolean
  readonly experiments?: boolean
  readonly revisions?: readonly string[]
  /** Commits of this day (YYYY-MM-DD) or later. */
  readonly since?: string
  /** With `revisions` and `branches`, so many commits back from each; 1 unless given. */
  readonly depth?: number
}

/** The commits of a scope, each once. A revision that Git does not know is left for its reader to refuse. */
export function revisionsOf(root: string, scope: RevisionScope): readonly string[] {
  const list = (...args: string[]) =>
    (git(root, args) ?? '').split('\n').filter((line) => line !== '')
  const back = (from: string) =>
    (scope.depth ?? 1) === 1
      ? [from]
      : list('rev-list', '--first-parent', `--max-count=${scope.depth}`, from)
  const tips = (refs: string) => list('for-each-ref', '--format=%(objectname)', refs)
  const found = [
    ...(scope.commits ? list('rev-list', '--branches', '--tags', 'HEAD') : []),
    ...(scope.branches ? tips('refs/heads').flatMap(back) : []),
    ...(scope.tags ? list('for-each-ref', '--format=%(objectname)', 'refs/tags') : []),
    ...(scope.experiments ? tips('refs/exps').filter((each) => each !== '') : []),
    ...(scope.since === undefined
      ? []
      : list('rev-list', '--branches', '--tags', 'HEAD', `--since=${scope.since}T00:00:00`)),
    ...(scope.revisions ?? []).flatMap((revision) =>
      back(
        git(root, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`])?.trim() ?? revision,
      ),
    ),
  ]
  return [...new Set(found)]
}

/** The commit from which HEAD and a revision went apart: what HEAD changes is what differs from it. */
export function commonCommit(root: string, revision: string): string {
  return git(root, ['merge-base', revision, 'HEAD'])?.trim() ?? revision
}
