import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import { git, gitBytes, gitObjects } from './git.ts'
import { ignoreRules } from './files/ignore-rules.ts'
import { readText } from './repository.ts'

export interface SourceEntry {
  readonly name: string
  readonly folder: boolean
}

/** Where the files of a pipeline are read from: the work tree, or a revision of it. Paths are relative to the root. */
export interface PipelineSource {
  read(path: string): string | undefined
  /** Says what will be read, so that it can be asked for at once. */
  expect(paths: readonly string[]): void
  /** What is no text. */
  readBytes(path: string): Uint8Array | undefined
  list(folder: string): readonly SourceEntry[]
  /** Whether a path is left out, given that its folder is not. */
  ignored(path: string, folder: boolean): boolean
}

export function workTree(root: string): PipelineSource {
  const dvc = ignoreRules(root, '.dvcignore', ['.hg/', '.git/', '.git', '.dvc/'])
  const git = ignoreRules(root, '.gitignore')
  return {
    read: (path) => readText(join(root, path)),
    expect: () => undefined,
    readBytes: (path) => fileBytes(join(root, path)),
    list: (folder) =>
      readdirSync(join(root, folder), { withFileTypes: true }).map((entry) => ({
        name: entry.name,
        folder: entry.isDirectory(),
      })),
    ignored: (path, folder) => dvc.ignoredHere(path, folder) || git.ignoredHere(path, folder),
  }
}

/** `undefined` for what is no file, or is not there. */
export function fileBytes(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

/** The files of a Git revision, or of an experiment by its name. Errors: `not_found` for a revision that Git does not know. */
export function gitRevision(root: string, revision: string): PipelineSource {
  const { commit, listing } = filesOf(root, revision)
  const folders = new Map<string, Map<string, boolean>>([['', new Map()]])
  const blobs = new Map<string, string>()
  for (const line of listing.split('\0')) {
    if (line === '') continue
    const cut = line.indexOf('\t')
    const path = line.slice(cut + 1)
    const [, kind, object = ''] = line.slice(0, cut).split(' ')
    if (kind === 'blob') blobs.set(path, object)
    const parts = path.split('/')
    parts.forEach((name, depth) => {
      const above = parts.slice(0, depth).join('/')
      const isFolder = depth < parts.length - 1
      const entries = folders.get(above) ?? new Map<string, boolean>()
      folders.set(above, entries.set(name, isFolder))
    })
  }
  const texts = new Map<string, string | undefined>()
  let isOwnRead = false
  const readAll = (paths: readonly string[]): void => {
    const objects = gitObjects(root, [...new Set(paths.flatMap((path) => blobs.get(path) ?? []))])
    for (const path of paths) {
      const content = objects.get(blobs.get(path) ?? '')
      texts.set(path, content && Buffer.from(content).toString('utf8'))
    }
  }
  const readAnew = (path: string): string | undefined => {
    if (!isOwn(path)) return git(root, ['show', `${commit}:./${path}`])
    if (!isOwnRead) readAll([...blobs.keys()].filter(isOwn))
    isOwnRead = true
    return texts.get(path)
  }
  const isFile = (path: string): boolean => {
    const cut = path.lastIndexOf('/')
    return folders.get(cut === -1 ? '' : path.slice(0, cut))?.get(path.slice(cut + 1)) === false
  }
  return {
    read(path) {
      if (!isFile(path)) return undefined
      if (!texts.has(path)) texts.set(path, readAnew(path))
      return texts.get(path)
    },
    expect(paths) {
      const fresh = paths.filter((path) => isFile(path) && !isOwn(path) && !texts.has(path))
      if (fresh.length > 1) readAll(fresh)
    },
    readBytes: (path) =>
      isFile(path) ? gitBytes(root, ['show', `${commit}:./${path}`]) : undefined,
    list: (folder) =>
      [...(folders.get(folder) ?? [])].map(([name, isFolder]) => ({ name, folder: isFolder })),
    ignored: (path) => path.startsWith('.git') || path.startsWith('.dvc/'),
  }
}

/** What nearly everyone who looks at a revision reads: it is asked for at once, where a process a file would take a second for 300. */
function isOwn(path: string): boolean {
  return /(?:^|\/)(?:dvc\.yaml|dvc\.lock|params\.yaml|[^/]+\.dvc)$/.test(path)
}

/** The files of a revision as Git knows it, or of an experiment by its name. */
function filesOf(root: string, revision: string): { commit: string; listing: string } {
  const listed = (commit: string) => git(root, ['ls-tree', '-r', '-z', `${commit}^{commit}`, '.'])
  const listing = listed(revision)
  if (listing !== undefined) return { commit: revision, listing }
  const refs = git(root, ['for-each-ref', '--format=%(refname)', 'refs/exps']) ?? ''
  const ref = refs.split('\n').find((each) => each.endsWith(`/${revision}`))
  const found = ref === undefined ? undefined : listed(ref)
  if (ref === undefined || found === undefined)
    throw new TidemillError('not_found', { kind: 'revision', name: revision })
  return { commit: ref, listing: found }
}
