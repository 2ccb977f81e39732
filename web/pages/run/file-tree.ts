export interface TreeEntry {
  readonly path: string
  readonly size?: number
  readonly digest?: string
}

export interface TreeLine extends TreeEntry {
  readonly name: string
  readonly depth: number
  readonly folder: boolean
  readonly open: boolean
  /** Whether what is in it is still being read. */
  readonly waiting: boolean
}

/** The lines of a tree that are in sight: each folder's entries under it where it is open, folders before files. */
export function treeLines(
  entriesOf: (folder: string) => readonly TreeEntry[] | undefined,
  open: ReadonlySet<string>,
  folder = '',
  depth = 0,
): readonly TreeLine[] {
  const entries = entriesOf(folder) ?? []
  return [...entries].sort(foldersFirst).flatMap((entry): readonly TreeLine[] => {
    const isFolder = entry.size === undefined
    const isOpen = isFolder && open.has(entry.path)
    const line: TreeLine = {
      ...entry,
      name: entry.path.split('/').at(-1) ?? entry.path,
      depth,
      folder: isFolder,
      open: isOpen,
      waiting: isOpen && entriesOf(entry.path) === undefined,
    }
    return isOpen ? [line, ...treeLines(entriesOf, open, entry.path, depth + 1)] : [line]
  })
}

/** The folders above a path, the uppermost first. */
export function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

const collator = new Intl.Collator('en', { numeric: true })

function foldersFirst(a: TreeEntry, b: TreeEntry): number {
  const [first, second] = [a.size === undefined, b.size === undefined]
  return first === second ? collator.compare(a.path, b.path) : first ? -1 : 1
}
