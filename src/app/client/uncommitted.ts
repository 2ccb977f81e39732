import { createHash } from 'node:crypto'
import { copyFile, lstat, mkdtemp, realpath, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import type { Uncommitted } from '#contract'
import { mayHoldSecrets } from './may-hold-secrets.ts'
import { isTooLong, runGit, zeros } from '../run-git.ts'

/** A patch against the commit, and what is told of it. */
export interface KeptPatch {
  readonly about: Uncommitted
  readonly bytes: Uint8Array
}

/** A patch that is longer is not kept whole. */
const mostBytes = 1 << 20
/** A new file that is larger is data rather than code. */
const mostNewBytes = 64 << 10
const mostNewFiles = 200
/** A command takes so many names. */
const mostChanged = 2000
const mostNamed = 100

/**
 * What the files of a work tree have beside its commit: `changed` files of the commit, and small new ones that no rule of Git's leaves
 * out. Files that are named like secrets, hidden new ones and Tidemill's home are never read. Nothing where nothing differs.
 */
export async function uncommittedPatch(
  top: string,
  changed: readonly string[],
  made: readonly string[],
): Promise<KeptPatch | undefined> {
  const [ignored, others, fresh] = await Promise.all([
    ignoredAllTheSame(top),
    changed.length === 0 ? new Set<string>() : changedSubmodules(top),
    newFiles(top, made),
  ])
  const isCode = (path: string) => !ignored.has(path) && !others.has(path) && !mayHoldSecrets(path)
  const [taken, refused] = parted(changed, isCode)
  const { files, bytes } = await withIndex(top, fresh.taken, (env) =>
    longestPatch(top, env, taken, fresh.taken),
  )
  const left = [...refused, ...taken, ...fresh.taken].filter((path) => !files.has(path))
  const whole = changed.every((path) => files.has(path))
  const named = [...new Set([...left, ...fresh.left])].slice(0, mostNamed)
  if (bytes.length === 0 && named.length === 0) return undefined
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  return { about: { ...(bytes.length === 0 ? {} : { digest }), whole, left: named }, bytes }
}

/** Files that a rule leaves out and that are in the commit: what is in them now was meant for nobody. */
async function ignoredAllTheSame(top: string): Promise<ReadonlySet<string>> {
  const listing = ['ls-files', '--cached', '--ignored', '--exclude-standard', '-z']
  return new Set(zeros(await runGit(top, listing)))
}

/** Repositories of their own: no patch of this one brings back what differs in them, and nothing of it was looked at for secrets. */
async function changedSubmodules(top: string): Promise<ReadonlySet<string>> {
  const said = zeros(await runGit(top, ['diff', '--raw', '-z', '--no-renames', 'HEAD']))
  const isOne = (line = '') => /^:(?:160000|\d+ 160000) /.test(line)
  return new Set(said.filter((_, at) => at % 2 === 1 && isOne(said[at - 1])))
}

async function newFiles(
  top: string,
  made: readonly string[],
): Promise<{ readonly taken: readonly string[]; readonly left: readonly string[] }> {
  const listing = ['ls-files', '--others', '--exclude-standard', '-z', '--', ':/']
  const listed = zeros(await runGit(top, [...listing, ...made.map(leftOut)]))
  const homes = [await ownHome(top), ...homesAmong(listed)]
  const shown = listed.filter(
    (path) => !isHidden(path) && !homes.some((home) => isWithin(home, path)),
  )
  const small = new Set<string>()
  for (const path of shown.slice(0, mostNewFiles)) {
    const found = await lstat(join(top, path)).catch(() => undefined)
    if (found?.isFile() && found.size <= mostNewBytes && !mayHoldSecrets(path)) small.add(path)
  }
  const [taken, left] = parted(shown, (path) => small.has(path))
  return { taken, left }
}

/** Where Tidemill keeps what it knows, keys and people included. */
async function ownHome(top: string): Promise<string> {
  const place = resolve(process.env.TIDEMILL_HOME || '.tidemill')
  return relative(top, await realpath(place).catch(() => place))
}

/** Those of other servers, known by their key. */
function homesAmong(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => (/(?:^|\/)secret\.key$/.test(path) ? [folderOf(path)] : []))
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** Git's words for all but that file. */
export function leftOut(path: string): string {
  return `:(exclude,top,literal)${path}`
}

/** Works with a copy of Git's index in which new files are known, which leaves the user's own as it is. */
async function withIndex<T>(
  top: string,
  fresh: readonly string[],
  work: (env: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-index-'))
  try {
    const index = join(folder, 'index')
    const env = { GIT_INDEX_FILE: index, GIT_LITERAL_PATHSPECS: '1' }
    const own = String(await runGit(top, ['rev-parse', '--git-path', 'index'])).trim()
    await copyFile(resolve(top, own), index)
    // By it Git knows which files may have changed in the moment they were added.
    const { mtimeMs } = await stat(resolve(top, own))
    await utimes(index, Math.floor(mtimeMs / 1000), Math.floor(mtimeMs / 1000))
    if (fresh.length > 0) {
      await runGit(top, ['add', '--intent-to-add', '--', ...fresh], { env })
    }
    return await work(env)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Patch {
  readonly files: ReadonlySet<string>
  readonly bytes: Uint8Array
}

/** A patch of all, or of what is small where that is too long, or of nothing. */
async function longestPatch(
  top: string,
  env: Readonly<Record<string, string>>,
  changed: readonly string[],
  fresh: readonly string[],
): Promise<Patch> {
  const sizes = await Promise.all(
    changed.map((path) =>
      lstat(join(top, path)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  const small = changed.filter((_, at) => (sizes[at] ?? 0) <= mostNewBytes)
  for (const files of [[...changed, ...fresh], small]) {
    if (files.length === 0 || files.length > mostChanged) continue
    const bytes = await patchOf(top, env, files)
    if (bytes) return { files: new Set(files), bytes }
  }
  return { files: new Set(), bytes: new Uint8Array() }
}

/** As `git apply` takes it, whatever the user has configured; nothing where it is too long. */
async function patchOf(
  top: string,
  env: Readonly<Record<string, string>>,
  files: readonly string[],
): Promise<Uint8Array | undefined> {
  const form = ['--binary', '--full-index', '--no-renames', '--unified=3', '--no-color']
  const plain = ['--no-ext-diff', '--no-textconv', '--src-prefix=a/', '--dst-prefix=b/']
  const asked = ['diff', ...form, ...plain, 'HEAD', '--', ...files]
  try {
    return await runGit(top, asked, { env, mostBytes })
  } catch (error) {
    if (isTooLong(error)) return undefined
    throw error
  }
}

function isHidden(path: string): boolean {
  return path.split('/').some((name) => name.startsWith('.'))
}

/** Whether a path is a folder's, or in it; a folder of '' holds all. */
function isWithin(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`)
}

function parted<T>(all: readonly T[], test: (each: T) => boolean): readonly [T[], T[]] {
  return [all.filter(test), all.filter((each) => !test(each))]
}
