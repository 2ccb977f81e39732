import type { Health, LoggedModel } from '#contract'

export const loggedModelHealth: Readonly<Record<LoggedModel['status'], Health>> = {
  pending: 'busy',
  ready: 'good',
  failed: 'bad',
}

/** A metric with the data set it was measured on, where that was said. */
export function metricName({ key, dataset }: LoggedModel['metrics'][number]): string {
  return dataset === undefined ? key : `${key} (${dataset})`
}
