import type { Experiment, ExperimentTree, Folder } from '#contract'
import { folderOf } from '#tracking'

/** Experiments with the folders that their names make, each folder with the sum of what is below it. */
export function experimentTree(experiments: readonly Experiment[]): ExperimentTree {
  const folders = new Map<string, Folder>()
  for (const { name, runs, lastRunAt } of experiments) {
    for (let path = folderOf(name); path !== ''; path = folderOf(path)) {
      const before = folders.get(path) ?? emptyFolder(path)
      const last = Math.max(before.lastRunAt ?? 0, lastRunAt ?? 0)
      folders.set(path, {
        ...before,
        experiments: before.experiments + 1,
        runs: before.runs + runs,
        ...(last === 0 ? {} : { lastRunAt: last }),
      })
    }
  }
  return {
    folders: [...folders.values()].toSorted(byKey((folder) => folder.path)),
    experiments: experiments
      .map((each) => ({ ...each, folder: folderOf(each.name) }))
      .toSorted(byKey((each) => each.name)),
  }
}

function emptyFolder(path: string): Folder {
  return {
    path,
    name: path.split('/').at(-1) ?? '',
    parent: folderOf(path),
    experiments: 0,
    runs: 0,
  }
}

/** Part by part, so that what is in a folder comes right after it. */
function byKey<T>(keyOf: (item: T) => string): (a: T, b: T) => number {
  return (a, b) => {
    const [x, y] = [keyOf(a).split('/').join('\0'), keyOf(b).split('/').join('\0')]
    return x < y ? -1 : x > y ? 1 : 0
  }
}
