import { execFileSync } from 'node:child_process'
import { TidemillError } from '#contract/error'
import { loadPipeline } from '../load-pipeline.ts'
import { findRoot } from '../repository.ts'
import { fetch } from '../versions/fetch.ts'
import { push } from '../versions/push.ts'
import type { TransferResult } from '../versions/transfer-set.ts'
import {
  checkName,
  experimentRef,
  findExperiment,
  parseExperimentRef,
  type ExperimentRef,
} from './experiment-refs.ts'

export interface ShareOptions {
  /** Without the data: refs alone. */
  readonly cache?: boolean
  /** Of the data; the default one unless given. */
  readonly remote?: string
  readonly jobs?: number
  readonly runCache?: boolean
  /** Replaces an experiment of the same name there, or here. */
  readonly force?: boolean
}

export interface Shared {
  readonly experiments: readonly ExperimentRef[]
  readonly data?: TransferResult
}

/** Sends experiments to a Git remote, and what they made to a data remote. Errors: `not_found`, `conflict` when Git refuses. */
export async function pushExperiments(
  folder: string,
  gitRemote: string,
  names: readonly string[],
  options: ShareOptions = {},
): Promise<Shared> {
  const root = findRoot(folder)
  const chosen = names.map((name) => findExperiment(root, name))
  const force = options.force ? '+' : ''
  gitOrFail(root, [
    'push',
    '--quiet',
    gitRemote,
    ...chosen.map(({ ref }) => `${force}${ref}:${ref}`),
  ])
  if (options.cache === false || chosen.length === 0) return { experiments: chosen }
  const also = { revisions: chosen.map(({ rev }) => rev) }
  return {
    experiments: chosen,
    data: await push(loadPipeline(folder), { ...transfer(options), also }),
  }
}

/** Brings experiments from a Git remote, and what they made from a data remote. Errors: as `pushExperiments`. */
export async function pullExperiments(
  folder: string,
  gitRemote: string,
  names: readonly string[] | 'all',
  options: ShareOptions = {},
): Promise<Shared> {
  const root = findRoot(folder)
  const there = remoteExperiments(folder, gitRemote)
  const chosen = names === 'all' ? there : names.map((name) => namedOn(there, gitRemote, name))
  const force = options.force ? '+' : ''
  if (chosen.length > 0)
    gitOrFail(root, [
      'fetch',
      '--quiet',
      gitRemote,
      ...chosen.map(({ ref }) => `${force}${ref}:${ref}`),
    ])
  if (options.cache === false || chosen.length === 0) return { experiments: chosen }
  const also = { revisions: chosen.map(({ rev }) => rev) }
  return {
    experiments: chosen,
    data: await fetch(loadPipeline(folder), { ...transfer(options), also }),
  }
}

/** The experiments that a Git remote has. */
export function remoteExperiments(folder: string, gitRemote: string): readonly ExperimentRef[] {
  const listing = gitOrFail(findRoot(folder), ['ls-remote', '--refs', gitRemote, 'refs/exps/*'])
  return listing.split('\n').flatMap((line) => {
    const [rev = '', ref = ''] = line.split('\t')
    return parseExperimentRef(rev, ref) ?? []
  })
}

/** Takes experiments away from a Git remote. Errors: `not_found`, `conflict` when Git refuses. */
export function removeRemoteExperiments(
  folder: string,
  gitRemote: string,
  names: readonly string[],
): readonly ExperimentRef[] {
  const there = remoteExperiments(folder, gitRemote)
  const chosen = names.map((name) => namedOn(there, gitRemote, name))
  if (chosen.length > 0)
    gitOrFail(findRoot(folder), [
      'push',
      '--quiet',
      gitRemote,
      ...chosen.map(({ ref }) => `:${ref}`),
    ])
  return chosen
}

/** Gives an experiment of a Git remote another name. Errors: `not_found`, `already_exists`, `conflict` when Git refuses. */
export function renameRemoteExperiment(
  folder: string,
  gitRemote: string,
  name: string,
  to: string,
  options: { readonly force?: boolean } = {},
): void {
  const root = findRoot(folder)
  const there = remoteExperiments(folder, gitRemote)
  const { ref, rev, baseline } = namedOn(there, gitRemote, name)
  const target = experimentRef(baseline, checkName(to))
  if (!options.force && there.some((each) => each.ref === target))
    throw new TidemillError('already_exists', { kind: 'experiment', name: to })
  gitOrFail(root, ['fetch', '--quiet', gitRemote, ref])
  gitOrFail(root, ['push', '--quiet', gitRemote, `+${rev}:${target}`, `:${ref}`])
}

function namedOn(there: readonly ExperimentRef[], gitRemote: string, name: string): ExperimentRef {
  const found = there.find(({ ref, name: own, rev }) => [ref, own, rev].includes(name))
  if (!found) throw new TidemillError('not_found', { kind: `experiment on ${gitRemote}`, name })
  return found
}

function transfer({ remote, jobs, runCache }: ShareOptions) {
  return {
    ...(remote === undefined ? {} : { remote }),
    ...(jobs === undefined ? {} : { jobs }),
    runCache: runCache ?? false,
  }
}

/** What Git said is the reason. */
function gitOrFail(root: string, args: readonly string[]): string {
  try {
    return execFileSync('git', ['-C', root, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : ''
    throw new TidemillError('conflict', { problem: `git ${args[0]} failed: ${said}` }, error)
  }
}
