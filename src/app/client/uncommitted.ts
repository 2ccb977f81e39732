import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import { copyFile, lstat, mkdtemp, realpath, rm, stat, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import type { Uncommitted } from '#contract'
import { mostUnpackedBytes, unpackedBytes } from '../git-patch.ts'
import { isTooLong, runGit, zeros } from '../run-git.ts'
import { changesOf, largeFiles, mostChangedBytes, sizesOf } from './changed-files.ts'
import { mayHoldSecrets } from './secret-names.ts'

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

/** Files that are not in a patch, each with the reason. */
type Left = ReadonlyMap<string, string>

/**
 * What the files of a work tree have beside its commit: `changed` files of the commit, and small new ones that no rule of Git's leaves
 * out. Files that are named like secrets, hidden new ones and Tidemill's home are never read. Nothing where nothing differs.
 */
export async function uncommittedPatch(
  top: string,
  changed: readonly string[],
  made: readonly string[],
): Promise<KeptPatch | undefined> {
  const [refused, fresh] = await Promise.all([
    changed.length === 0 ? new Map<string, string>() : refusedOf(top, changed),
    newFiles(top, made),
  ])
  const taken = changed.filter((path) => !refused.has(path))
  const { files, bytes } = await withIndex(top, fresh.taken, (env) =>
    longestPatch(top, env, taken, fresh.taken),
  )
  const unfit = [...taken, ...fresh.taken].filter((path) => !files.has(path))
  const left = new Map([
    ...refused,
    ...unfit.map((path) => [path, tooLong] as const),
    ...fresh.left,
  ])
  if (bytes.length === 0 && left.size === 0) return undefined
  const whole = changed.every((path) => files.has(path))
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  return {
    about: { ...(bytes.length === 0 ? {} : { digest }), whole, ...namesAndReasons(left) },
    bytes,
  }
}

const tooLong = `too much for a patch of ${mostBytes >> 20} MiB`

function namesAndReasons(left: Left): Pick<Uncommitted, 'left' | 'why'> {
  const named = [...left].slice(0, mostNamed)
  return {
    left: named.map(([path]) => path),
    ...(named.length === 0 ? {} : { why: Object.fromEntries(named) }),
  }
}

/** Which files of the commit are not looked into, and why. */
async function refusedOf(top: string, changed: readonly string[]): Promise<Left> {
  const [ignored, before] = await Promise.all([ignoredAllTheSame(top), changesOf(top)])
  const large = await largeFiles(top, changed, before)
  const why = (path: string): string | undefined => {
    if (mayHoldSecrets(path, false)) return secret
    if (ignored.has(path)) return 'left out by a rule of Git’s'
    if (before.get(path)?.isRepository) return 'a repository of its own'
    return large.has(path) ? `larger than ${mostChangedBytes >> 20} MiB` : undefined
  }
  return reasons(changed, why)
}

const secret = 'named like a secret'

function reasons(
  paths: readonly string[],
  why: (path: string, at: number) => string | undefined,
): Left {
  return new Map(
    paths.flatMap((path, at) => {
      const reason = why(path, at)
      return reason === undefined ? [] : [[path, reason] as const]
    }),
  )
}

/** Files that a rule leaves out and that are in the commit: what is in them now was meant for nobody. */
async function ignoredAllTheSame(top: string): Promise<ReadonlySet<string>> {
  const listing = ['ls-files', '--cached', '--ignored', '--exclude-standard', '-z']
  return new Set(zeros(await runGit(top, listing)))
}

async function newFiles(
  top: string,
  made: readonly string[],
): Promise<{ readonly taken: readonly string[]; readonly left: Left }> {
  const listing = ['ls-files', '--others', '--exclude-standard', '-z', '--', ':/']
  const listed = zeros(await runGit(top, [...listing, ...made.map(leftOut)]))
  const homes = [await ownHome(top), ...homesAmong(listed)]
  const shown = listed.filter(
    (path) => !isHidden(path) && !homes.some((home) => isWithin(home, path)),
  )
  const found = await Promise.all(
    shown.slice(0, mostNewFiles).map((path) => lstat(join(top, path)).catch(() => undefined)),
  )
  const why = (path: string, file: Stats | undefined, at: number): string | undefined => {
    if (mayHoldSecrets(path, true)) return secret
    if (at >= mostNewFiles) return `after the first ${mostNewFiles} new files`
    if (!file?.isFile()) return 'not a file'
    return file.size > mostNewBytes ? `new, and larger than ${mostNewBytes >> 10} KiB` : undefined
  }
  const left = reasons(shown, (path, at) => why(path, found[at], at))
  return { taken: shown.filter((path) => !left.has(path)), left }
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
  const sizes = await sizesOf(top, changed)
  const small = changed.filter((path) => (sizes.get(path) ?? 0) <= mostNewBytes)
  for (const files of [[...changed, ...fresh], small]) {
    if (files.length === 0 || files.length > mostChanged) continue
    const bytes = await patchOf(top, env, files)
    if (bytes) return { files: new Set(files), bytes }
  }
  return { files: new Set(), bytes: new Uint8Array() }
}

/** As `git apply` takes it, whatever the user has configured; nothing where it is too long, or is when it is unpacked. */
async function patchOf(
  top: string,
  env: Readonly<Record<string, string>>,
  files: readonly string[],
): Promise<Uint8Array | undefined> {
  const form = ['--binary', '--full-index', '--no-renames', '--unified=3', '--no-color']
  const plain = ['--no-ext-diff', '--no-textconv', '--src-prefix=a/', '--dst-prefix=b/']
  const asked = ['diff', ...form, ...plain, 'HEAD', '--', ...files]
  try {
    const bytes = await runGit(top, asked, { env, mostBytes })
    return unpackedBytes(bytes) > mostUnpackedBytes ? undefined : bytes
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
