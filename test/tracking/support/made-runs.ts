import type { Tracking } from '#tracking'

interface Given {
  readonly name: string
  readonly params?: Readonly<Record<string, string>>
  readonly tags?: Readonly<Record<string, string>>
  readonly metrics?: Readonly<Record<string, number>>
}

/** Runs in one experiment, each started after the one before; answers the experiment and each run's identifier by name. */
export async function made(
  tracking: Tracking,
  given: readonly Given[],
): Promise<{ readonly experiment: string; readonly ids: ReadonlyMap<string, string> }> {
  const ids = new Map<string, string>()
  let experiment = ''
  for (const [index, { name, params = {}, tags = {}, metrics = {} }] of given.entries()) {
    const run = await tracking.create({
      ...{ experiment: 'table', user: 'u', name, params, tags, startedAt: 1000 + index },
    })
    experiment = run.experimentId
    ids.set(name, run.id)
    await tracking.log(run.id, {
      metrics: Object.entries(metrics).map(([key, value]) => ({ key, value })),
    })
  }
  return { experiment, ids }
}
