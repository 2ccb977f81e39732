import type { Experiment } from '#contract'

/** A folder, an experiment, or both: `rides` may have runs of its own beside `rides/boosted`. */
export interface TreeNode {
  /** The whole name: `rides/boosted`. */
  readonly path: string
  /** Its last part. */
  readonly name: string
  readonly depth: number
  readonly experiment?: Experiment
  readonly children: readonly TreeNode[]
  /** Of it and all below it. */
  readonly runs: number
  readonly lastRunAt?: number
}

/** Experiments by the folders in their names; what ran last stands first, folders among them by their newest run. */
export function experimentTree(experiments: readonly Experiment[]): readonly TreeNode[] {
  return level(experiments, '', 0)
}

function level(all: readonly Experiment[], folder: string, depth: number): readonly TreeNode[] {
  const parts = Map.groupBy(all, (each) => each.name.slice(folder.length).split('/', 1)[0] ?? '')
  return [...parts]
    .map(([name, within]): TreeNode => {
      const path = folder + name
      const experiment = within.find((each) => each.name === path)
      const below = within.filter((each) => each !== experiment)
      const times = within.flatMap((each) => each.lastRunAt ?? [])
      return {
        ...{ path, name, depth },
        ...(experiment === undefined ? {} : { experiment }),
        children: below.length === 0 ? [] : level(below, `${path}/`, depth + 1),
        runs: within.reduce((sum, each) => sum + each.runs, 0),
        ...(times.length === 0 ? {} : { lastRunAt: Math.max(...times) }),
      }
    })
    .toSorted((a, b) => (b.lastRunAt ?? 0) - (a.lastRunAt ?? 0) || a.name.localeCompare(b.name))
}

/** The nodes in sight, each before its children; folders that are closed hide theirs. */
export function treeLines(
  nodes: readonly TreeNode[],
  closed: ReadonlySet<string>,
): readonly TreeNode[] {
  return nodes.flatMap((node) => [
    node,
    ...(closed.has(node.path) ? [] : treeLines(node.children, closed)),
  ])
}

/** Whether an experiment is found by a text: a part of its name, or of a tag as `key: value`. */
export function isFound(experiment: Experiment, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  const tags = Object.entries(experiment.tags)
    .filter(([key]) => !key.startsWith('tidemill.view.'))
    .map(([key, value]) => `${key}: ${value}`)
  return [experiment.name, ...tags].some((each) => each.toLowerCase().includes(wanted))
}
