/** One picture over runs and steps. */
export interface ImageSeries {
  readonly name: string
  readonly steps: readonly number[]
  /** By `run step`. */
  readonly paths: ReadonlyMap<string, string>
}

interface Files {
  readonly path: string
  readonly runs: readonly string[]
}

/** `images/key%step%3%timestamp%…%id.png`, as MLflow's clients name what log_image is given; compressed twins are passed over. */
const logged = /^images\/(?<key>.+?)[%+]step[%+](?<step>\d+)[%+]timestamp[%+]/

/** Files of the same path, and logged images of the same key, as one picture each. */
export function imageSeries(files: readonly Files[]): readonly ImageSeries[] {
  const series = new Map<string, { steps: Set<number>; paths: Map<string, string> }>()
  for (const { path, runs } of files) {
    const { key, step } = logged.exec(path)?.groups ?? {}
    if (key !== undefined && path.includes('compressed')) continue
    const name = key?.replaceAll('#', '/') ?? path
    const own = series.get(name) ?? { steps: new Set(), paths: new Map() }
    own.steps.add(Number(step ?? 0))
    for (const run of runs) own.paths.set(`${run} ${Number(step ?? 0)}`, path)
    series.set(name, own)
  }
  return [...series].map(([name, { steps, paths }]) => ({
    name,
    steps: [...steps].toSorted((a, b) => a - b),
    paths,
  }))
}
