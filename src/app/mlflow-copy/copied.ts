import type { MlflowServer } from './mlflow-server.ts'

/** Marks what a copy is of, so that one that was interrupted goes on where it stopped. */
export const copiedFrom = 'tidemill.copied_from'
/** Marks a copy that is whole. */
export const copiedWhole = 'tidemill.copied'

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
  readonly report: CopyReport
  readonly onProgress: (message: string) => void
}

/** What fails is told at the end and keeps nothing else from being copied. */
export async function kept(
  { report }: Copying,
  what: string,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    report.problems.push(`${what}: ${messageOf(error)}`)
  }
}

export function messageOf(error: unknown): string {
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
