import { TidemillError } from '#contract/error'
import { git } from '../git.ts'
import { findRoot } from '../repository.ts'
import { metricTargets } from './metric-targets.ts'
import { readSide, type NamedCommit } from './side.ts'

/**
 * The metrics, as `file:key`, that a stage makes at both commits: what re-runs between the two could explain. Errors: `not_found`
 * for a commit that is not there, `pipeline_invalid`.
 */
export function sharedMetrics(
  folder: string,
  from: NamedCommit,
  to: NamedCommit,
): readonly string[] {
  const root = findRoot(folder)
  for (const { commit } of [from, to]) {
    // A run says its commit itself, so it is checked to be one before git sees it.
    const isThere =
      /^[0-9a-f]{7,64}$/.test(commit) &&
      git(root, ['cat-file', '-e', `${commit}^{commit}`]) !== undefined
    if (!isThere) throw new TidemillError('not_found', { kind: 'commit', name: commit })
  }
  const targets = metricTargets(root, readSide(root, from), readSide(root, to), new Map())
  return targets.map((each) => each.id)
}
