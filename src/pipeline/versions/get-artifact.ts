import { join } from 'node:path'
import { dirname, posix } from 'node:path'
import { TidemillError } from '#contract/error'
import { git } from '../git.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { isMap } from '../values/value.ts'
import { getGit, inScratch, nearOf, urlOfGit, type GetOptions, type Got } from './get-data.ts'
import { cloneGit, type SourceAccess } from './git-source.ts'

export interface ArtifactOptions extends SourceAccess {
  /** A version (`v1.2.0`), or a commit, branch or tag. */
  readonly rev?: string
  /** The version that is in this stage now. */
  readonly stage?: string
}

/**
 * Copies an artifact that a dvc.yaml of another repository declares, `NAME` or `FOLDER:NAME`: of the newest version that GTO’s tags
 * name, unless another is asked for. Errors: `not_found`, `already_exists`.
 */
export async function getArtifact(
  url: string,
  name: string,
  options: ArtifactOptions & GetOptions = {},
): Promise<Got> {
  const { rev: _rev, stage: _stage, ...rest } = options
  const { path, commit } = await findArtifact(url, name, options)
  return getGit(url, path, { ...rest, rev: commit })
}

/** Where an artifact lies on the remote of its repository. Errors: `not_found`. */
export async function artifactUrl(
  url: string,
  name: string,
  options: ArtifactOptions = {},
): Promise<string> {
  const { rev: _rev, stage: _stage, ...rest } = options
  const { path, commit } = await findArtifact(url, name, options)
  return urlOfGit(url, path, { ...rest, rev: commit })
}

function findArtifact(
  url: string,
  asked: string,
  { rev, stage }: ArtifactOptions,
): Promise<{ readonly path: string; readonly commit: string }> {
  // DVC takes path/to/dvc.yaml:name too
  const name = asked.replace(/(^|\/)dvc\.yaml:/, (_, slash: string) => (slash === '' ? '' : ':'))
  const cut = name.lastIndexOf(':')
  const [folder, own] = cut === -1 ? ['', name] : [name.slice(0, cut), name.slice(cut + 1)]
  return inScratch((repository) => {
    const all = cloneGit(repository, nearOf(url), undefined)
    const tags = (git(all.folder, ['tag', '--list', '--sort=creatordate']) ?? '').split('\n')
    const tag = tagOf(tags, name.replace(':', '='), { rev, stage })
    if (tag === undefined && (rev === undefined || stage !== undefined))
      throw new TidemillError('not_found', {
        kind: `tag ${exampleOf(name.replace(':', '='), stage)} or the like in ${url === '.' ? 'this repository' : url}, which says the version of artifact`,
        name: asked,
      })
    const { folder: clone, commit } = cloneGit(repository, nearOf(url), tag ?? rev)
    const wanted = posix.join(folder, 'dvc.yaml')
    const { files } = loadPipeline(join(clone, folder))
    const declared = files.find(({ file }) => file === wanted)?.artifacts.get(own) ?? null
    const path = isMap(declared) ? declared.get('path') : undefined
    if (typeof path !== 'string')
      throw new TidemillError('not_found', { kind: `artifact in ${url} called`, name: asked })
    return Promise.resolve({ path: posix.join(dirname(wanted), path), commit })
  })
}

/** GTO’s tag of a version, of what is in a stage, or of the newest version. */
function tagOf(
  tags: readonly string[],
  name: string,
  { rev, stage }: { readonly rev: string | undefined; readonly stage: string | undefined },
): string | undefined {
  if (stage !== undefined) {
    // the last assignment counts; one that ends in ! took it away
    const last = tags.findLast((tag) => tag.startsWith(`${name}#${stage}`) && /#\d+!?$/.test(tag))
    return last?.endsWith('!') ? undefined : last
  }
  const versions = tags.filter((tag) => tag.startsWith(`${name}@v`) && !/[!#]/.test(tag))
  if (rev !== undefined) return versions.find((tag) => tag === `${name}@${rev}`)
  return versions.toSorted(byVersion).at(-1)
}

function exampleOf(name: string, stage: string | undefined): string {
  return stage === undefined ? `${name}@v1.0.0` : `${name}#${stage}#1`
}

function byVersion(a: string, b: string): number {
  const parts = (tag: string) => (tag.split('@v').at(-1) ?? '').split(/[.-]/)
  const [left, right] = [parts(a), parts(b)]
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [x, y] = [left[at], right[at]]
    // a version before it is one: 1.0.0-rc.1 comes before 1.0.0
    if (x === undefined) return at >= 3 ? 1 : -1
    if (y === undefined) return at >= 3 ? -1 : 1
    const [m, n] = [Number(x), Number(y)]
    if (m !== n) return Number.isNaN(m) || Number.isNaN(n) ? x.localeCompare(y) : m - n
  }
  return 0
}
