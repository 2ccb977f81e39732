import { MlflowRefusal, type MlflowServer } from './mlflow-server.ts'

/** Marks what a copy is of, so that one that was interrupted goes on where it stopped. */
export const copiedFrom = 'tidemill.copied_from'
/** Marks a copy that is whole. */
export const copiedWhole = 'tidemill.copied'
/** The mark of a run that is whole but for what it says of logged models, as all were before copies said it. */
export const butForModels = 'true'
/** The mark of a run that says of logged models, too, which it read and made. */
export const withModels = 'with models'

export interface CopyReport {
  experiments: number
  runs: number
  points: number
  files: number
  bytes: number
  loggedModels: number
  traces: number
  spans: number
  assessments: number
  models: number
  versions: number
  /** What was there already, whole. */
  before: number
  /** What could not be brought, each with its reason. */
  readonly problems: string[]
}

/** A copy under way: from where to where, what is what there, and how it goes. */
export interface Copying {
  readonly from: MlflowServer
  readonly to: MlflowServer
  readonly runs: Map<string, string>
  readonly loggedModels: Map<string, string>
  /** Runs that could not be brought, or not wholly. */
  readonly notBrought: Set<string>
  /** What runs read and made, to be said of the copies once all logged models are there. */
  readonly links: RunLinks[]
  readonly report: CopyReport
  readonly onProgress: (message: string) => void
}

/** The logged models that a run read and made. */
export interface RunModels {
  readonly inputs: readonly { readonly model_id: string }[]
  readonly outputs: readonly { readonly model_id: string; readonly step?: number | string }[]
}

export interface RunLinks {
  readonly run: string
  readonly models: RunModels
  /** What an earlier copy of the run made. */
  readonly made: RunModels['outputs']
  /** Whether more may come of the run itself. */
  readonly isUnderWay: boolean
}

/**
 * What fails is told at the end and keeps nothing else from being copied, unless it `isForMore` than this; answers whether it worked.
 */
export async function kept(
  { report }: Copying,
  what: string,
  work: () => Promise<void>,
  isForMore: (error: unknown) => boolean = isLoginRefused,
): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (isForMore(error)) throw error
    report.problems.push(`${what}: ${messageOf(error)}`)
    return false
  }
}

export async function markRun({ to }: Copying, run: string, mark: string): Promise<void> {
  const tags = [{ key: copiedWhole, value: mark }]
  await to.send('POST', 'runs/log-batch', { run_id: run, tags })
}

/** A server that lets nobody in has the same answer to all that follows. */
export function isLoginRefused(error: unknown): boolean {
  return error instanceof MlflowRefusal && error.code === 'peer_login_refused'
}

export function isForbidden(error: unknown): error is MlflowRefusal {
  return error instanceof MlflowRefusal && error.code === 'peer_forbids'
}

export function messageOf(error: unknown): string {
  if (isForbidden(error)) return `${error.message}. ${error.hint}`
  return error instanceof Error ? error.message : String(error)
}

interface Pair {
  readonly key: string
  readonly value: string
}

export function pairsOf(list: unknown): readonly Pair[] {
  return Array.isArray(list) ? (list as Pair[]) : []
}

/** Keys and values without what earlier copies marked. */
export function ownPairsOf(list: unknown): readonly Pair[] {
  return pairsOf(list).filter(({ key }) => key !== copiedFrom && key !== copiedWhole)
}

export function tagOf(list: unknown, key: string): string | undefined {
  return pairsOf(list).find((tag) => tag.key === key)?.value
}

interface Listed {
  readonly path: string
  readonly is_dir?: boolean
  readonly file_size?: number
}

/** Copies a tree of files; `list` answers a folder of it. */
export async function copyFiles(
  { from, to, report }: Copying,
  {
    list,
    read,
    write,
  }: {
    readonly list: (folder: string) => Promise<unknown>
    readonly read: (path: string) => string
    readonly write: (path: string) => string
  },
): Promise<void> {
  const folders = ['']
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const files = (await list(folder)) as readonly Listed[] | undefined
    for (const { path, is_dir: isFolder, file_size: size = 0 } of files ?? []) {
      if (isFolder) {
        folders.push(path)
        continue
      }
      await to.upload(write(path), await from.download(read(path)))
      report.files++
      report.bytes += size
    }
  }
}

/** A path of files as a part of an address. */
export function addressOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

/** Where the files of an address of the target are written. */
export function rootOf(uri: string): string {
  const path = /^mlflow-artifacts:\/+(.*)$/.exec(uri)?.[1]
  if (path === undefined) {
    throw new Error(`its files would go to ${uri}, which is not behind the target's own server`)
  }
  return `/api/2.0/mlflow-artifacts/artifacts/${addressOf(path)}`
}

export function inParts<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  )
}
