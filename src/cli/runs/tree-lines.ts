import type { ExperimentTree } from '#contract'
import { bold, textTable, when } from '../output.ts'

/** Folders and experiments, each level indented below its folder. */
export function treeLines({ folders, experiments }: ExperimentTree): string {
  if (experiments.length === 0) return 'No experiments.'
  const rows: (readonly (string | number)[])[] = []
  const add = (folder: string, depth: number): void => {
    const indent = '  '.repeat(depth)
    for (const each of folders.filter(({ parent }) => parent === folder)) {
      rows.push([`${indent}${bold(`${each.name}/`)}`, each.runs, when(each.lastRunAt)])
      add(each.path, depth + 1)
    }
    for (const each of experiments.filter((one) => one.folder === folder)) {
      const name = folder === '' ? each.name : each.name.slice(folder.length + 1)
      rows.push([`${indent}${name}`, each.runs, when(each.lastRunAt)])
    }
  }
  add('', 0)
  return textTable(['experiment', 'runs', 'last'], rows)
}
