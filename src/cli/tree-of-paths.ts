/** Paths as a tree for the eye; of folders no more than so many levels. */
export function treeOfPaths(paths: readonly string[], levels = Infinity): string {
  const top: Tree = new Map()
  for (const path of paths) {
    let here = top
    for (const name of path.split('/').slice(0, levels)) {
      const next = here.get(name) ?? new Map()
      here.set(name, next)
      here = next
    }
  }
  return ['.', ...linesOf(top, '')].join('\n')
}

type Tree = Map<string, Tree>

function linesOf(tree: Tree, indent: string): string[] {
  const entries = [...tree]
  return entries.flatMap(([name, below], at) => {
    const last = at === entries.length - 1
    return [
      `${indent}${last ? '└── ' : '├── '}${name}`,
      ...linesOf(below, `${indent}${last ? '    ' : '│   '}`),
    ]
  })
}
