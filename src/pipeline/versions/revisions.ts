import { TidemillError } from '#contract/error'
import { git, needGit } from '../git.ts'

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

/**
 * The commits of a scope, each once; all commits are those of branches, tags, what was fetched of others' branches, and HEAD. A
 * revision that Git does not know is left for its reader to refuse. Errors: `conflict` when Git does not answer.
 */
export function revisionsOf(root: string, scope: RevisionScope): readonly string[] {
  const list = (...args: string[]) =>
    needGit(root, args)
      .split('\n')
      .filter((line) => line !== '')
  const back = (from: string) =>
    (scope.depth ?? 1) === 1
      ? [from]
      : list('rev-list', '--first-parent', `--max-count=${scope.depth}`, from)
  const tips = (refs: string) => list('for-each-ref', '--format=%(objectname)', refs)
  // a branch without a commit has no HEAD to start at
  const head = () =>
    git(root, ['rev-parse', '--verify', '--quiet', 'HEAD']) === undefined ? [] : ['HEAD']
  const all = (...more: string[]) =>
    list('rev-list', '--branches', '--tags', '--remotes', ...head(), ...more)
  const found = [
    ...(scope.commits ? all() : []),
    ...(scope.branches ? tips('refs/heads').flatMap(back) : []),
    ...(scope.tags ? list('for-each-ref', '--format=%(objectname)', 'refs/tags') : []),
    ...(scope.experiments ? tips('refs/exps').filter((each) => each !== '') : []),
    ...(scope.since === undefined ? [] : all(`--since=${scope.since}T00:00:00`)),
    ...(scope.revisions ?? []).flatMap((revision) =>
      back(
        git(root, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`])?.trim() ?? revision,
      ),
    ),
  ]
  return [...new Set(found)]
}

/** Refuses a scope that goes back where a shallow clone has no commits any more. Errors: `conflict`. */
export function refuseShallow(root: string, scope: RevisionScope): void {
  const goesBack = scope.commits || scope.since !== undefined || (scope.depth ?? 1) > 1
  if (!goesBack || needGit(root, ['rev-parse', '--is-shallow-repository']).trim() !== 'true') return
  throw new TidemillError('conflict', {
    problem: `${root} is a shallow clone, so what older commits record is not known here: git fetch --unshallow brings them.`,
  })
}

/** The commit from which HEAD and a revision went apart: what HEAD changes is what differs from it. */
export function commonCommit(root: string, revision: string): string {
  return git(root, ['merge-base', revision, 'HEAD'])?.trim() ?? revision
}
