import { TidemillError } from '#contract/error'
import { git } from '../git.ts'
import { didYouMean } from '../near-word.ts'

/** An experiment as DVC keeps it: a commit on top of its baseline, under `refs/exps/<baseline>/<name>`. */
export interface ExperimentRef {
  readonly name: string
  readonly baseline: string
  readonly rev: string
  readonly ref: string
}

export function experimentRef(baseline: string, name: string): string {
  return `refs/exps/${baseline.slice(0, 2)}/${baseline.slice(2)}/${name}`
}

/** The experiments of a repository, or of one baseline. DVC's own refs beside them are passed over. */
export function experiments(root: string, baseline?: string): readonly ExperimentRef[] {
  const listing =
    git(root, ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/exps']) ?? ''
  return listing.split('\n').flatMap((line): ExperimentRef[] => {
    const [rev = '', ref = ''] = line.split(' ')
    const each = parseExperimentRef(rev, ref)
    return each && (baseline === undefined || each.baseline === baseline) ? [each] : []
  })
}

/** What the experiments of a baseline are called. */
export function namesOn(root: string, baseline: string): ReadonlySet<string> {
  return new Set(experiments(root, baseline).map(({ name }) => name))
}

/** `undefined` for refs that DVC keeps beside those of experiments. */
export function parseExperimentRef(rev: string, ref: string): ExperimentRef | undefined {
  const found = /^refs\/exps\/([0-9a-f]{2})\/([0-9a-f]{38})\/(.+)$/.exec(ref)
  if (!found) return undefined
  const [, head = '', rest = '', name = ''] = found
  return { name, baseline: `${head}${rest}`, rev, ref }
}

/** The experiment of that name, ref or commit; of equal names the one on HEAD. Errors: `not_found`, `conflict` for a name that several have. */
export function findExperiment(root: string, name: string): ExperimentRef {
  const all = experiments(root)
  const exact = all.find((each) => each.ref === name)
  if (exact) return exact
  const named = all.filter((each) => each.name === name)
  const head = headOf(root)
  const here = named.find((each) => each.baseline === head)
  if (here) return here
  if (named.length > 1) {
    throw new TidemillError('conflict', {
      problem: `Several experiments are called ${name}; name one by its commit: ${named.map((each) => each.rev.slice(0, 7)).join(', ')}.`,
    })
  }
  const [only] = named
  const byRev = /^[0-9a-f]{4,40}$/.test(name)
    ? all.find((each) => each.rev.startsWith(name))
    : undefined
  const found = only ?? byRev
  if (!found) {
    const near = didYouMean(
      name,
      all.map((each) => each.name),
    )
    throw new TidemillError('not_found', { kind: 'experiment', name: `${name}${near}` })
  }
  return found
}

export function headOf(root: string): string | undefined {
  return git(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'])?.trim()
}

/** Takes experiments away; what the cache holds of them stays until gc. Errors: `not_found`. */
export function removeExperiments(
  root: string,
  names: readonly string[],
): readonly ExperimentRef[] {
  const found = names.map((name) => findExperiment(root, name))
  for (const { ref, rev } of found) git(root, ['update-ref', '-d', ref, rev])
  return found
}

/** Gives an experiment another name. Errors: `not_found`, `already_exists`. */
export function renameExperiment(
  root: string,
  name: string,
  to: string,
  options: { readonly force?: boolean } = {},
): void {
  const { ref, rev, baseline } = findExperiment(root, name)
  const target = experimentRef(baseline, checkName(to))
  if (!options.force && experiments(root, baseline).some((each) => each.name === to))
    throw new TidemillError('already_exists', { kind: 'experiment', name: to })
  git(root, ['update-ref', target, rev])
  git(root, ['update-ref', '-d', ref, rev])
}

/** Makes a branch of an experiment; its name. Errors: `not_found`, `already_exists`. */
export function branchExperiment(root: string, name: string, branch = `${name}-branch`): string {
  const { rev } = findExperiment(root, name)
  if (git(root, ['show-ref', '--verify', `refs/heads/${branch}`]) !== undefined)
    throw new TidemillError('already_exists', { kind: 'branch', name: branch })
  if (git(root, ['branch', branch, rev]) === undefined)
    throw new TidemillError('bad_request', { problem: `Git takes no branch called ${branch}.` })
  return branch
}

/** Errors: `bad_request` for what cannot be the name of an experiment. */
export function checkName(name: string): string {
  if (/^[\w][\w.+-]*$/.test(name) && !name.includes('..') && !name.endsWith('.lock')) return name
  throw new TidemillError('bad_request', {
    problem: `"${name}" cannot name an experiment: letters, digits, -, _ and . can.`,
  })
}
