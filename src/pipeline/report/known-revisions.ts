import { experiments } from '../experiments/experiment-refs.ts'
import { git } from '../git.ts'

/** A revision that a user may want to look at. */
export interface KnownRevision {
  readonly name: string
  readonly kind: 'workspace' | 'branch' | 'tag' | 'experiment' | 'commit'
  readonly commit?: string
  readonly time?: number
  readonly subject?: string
}

/** The work tree, branches, tags and experiments, each newest first, and the last commits of HEAD. */
export function knownRevisions(root: string, commits = 30): readonly KnownRevision[] {
  const format = '%(objectname)%00%(committerdate:unix)%00%(refname:short)%00%(contents:subject)'
  const refs = (kind: 'branch' | 'tag', place: string) =>
    lines(git(root, ['for-each-ref', '--sort=-committerdate', `--format=${format}`, place])).map(
      ([commit = '', time, name = '', subject = '']): KnownRevision => ({
        name,
        kind,
        commit,
        ...timed(time),
        subject,
      }),
    )
  const log = lines(git(root, ['log', `--max-count=${commits}`, '--format=%H%x00%ct%x00%s']))
  return [
    { name: 'workspace', kind: 'workspace' },
    ...refs('branch', 'refs/heads'),
    ...refs('tag', 'refs/tags'),
    ...experiments(root).map(({ name, rev }): KnownRevision => ({
      name,
      kind: 'experiment',
      commit: rev,
    })),
    ...log.map(([commit = '', time, subject = '']): KnownRevision => ({
      name: commit.slice(0, 10),
      kind: 'commit',
      commit,
      ...timed(time),
      subject,
    })),
  ]
}

function timed(text: string | undefined): { readonly time?: number } {
  const seconds = Number(text)
  return text && Number.isFinite(seconds) ? { time: seconds * 1000 } : {}
}

function lines(text: string | undefined): readonly (readonly string[])[] {
  return (text ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\0'))
}
