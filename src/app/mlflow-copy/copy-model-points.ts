import { inParts, type Copying } from './copied.ts'

interface PointJson {
  readonly key: string
  readonly value: number | string
  readonly timestamp: number
  readonly step?: number
}

export interface ModelPointJson extends PointJson {
  readonly run_id: string
  readonly dataset_name?: string
  readonly dataset_digest?: string
}

/** Copies every point that was measured on a model; `shown` are those that the search for it told. */
export async function copyModelPoints(
  copying: Copying,
  source: string,
  shown: readonly ModelPointJson[],
  model: string,
): Promise<void> {
  let isWhole = false
  for await (const points of copying.from.modelPoints(source)) {
    isWhole = true
    await logPoints(copying, points as unknown as readonly ModelPointJson[], model)
  }
  if (!isWhole) await logPoints(copying, await withNaN(copying, shown), model)
}

/** Each was measured by a run, and is logged by its copy. */
async function logPoints(
  { to, runs, notBrought }: Copying,
  metrics: readonly ModelPointJson[],
  model: string,
): Promise<void> {
  for (const [source, measured] of Map.groupBy(metrics, (each) => each.run_id)) {
    if (notBrought.has(source)) {
      throw new Error(`it was measured by run ${source}, which could not be brought`)
    }
    const run = runs.get(source)
    // Hidden runs stay behind with what they measured.
    if (run === undefined) continue
    for (const part of inParts(measured, 1000)) {
      const points = part.map((point) => ({ ...point, run_id: run, model_id: model }))
      await to.send('POST', 'runs/log-batch', { run_id: run, metrics: points })
    }
  }
}

/** Where a model was measured as NaN, MLflow's database has 0; the history of the run has what it was. */
async function withNaN(
  { from, runs }: Copying,
  metrics: readonly ModelPointJson[],
): Promise<readonly ModelPointJson[]> {
  const nameOf = (run: string, { key, timestamp, step = 0 }: PointJson): string =>
    `${run} ${key} ${timestamp} ${step}`
  const found = new Set<string>()
  const zeros = metrics.filter(({ value, run_id: run }) => Number(value) === 0 && runs.has(run))
  for (const [run, measured] of Map.groupBy(zeros, (each) => each.run_id)) {
    for (const key of new Set(measured.map((each) => each.key))) {
      const asked = { run_id: run, metric_key: key, max_results: '20000' }
      for await (const page of from.pages('metrics/get-history', asked, 'metrics', 'GET')) {
        for (const point of page as unknown as readonly PointJson[]) {
          if (point.value === 'NaN') found.add(nameOf(run, { ...point, key }))
        }
      }
    }
  }
  return metrics.map((point) =>
    Number(point.value) === 0 && found.has(nameOf(point.run_id, point))
      ? { ...point, value: 'NaN' }
      : point,
  )
}
