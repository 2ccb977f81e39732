import { operations, TidemillError } from '#contract'
import type { Link, Scene } from './scene.ts'

export async function linksOf({ server, names, caller }: Scene): Promise<readonly Link[]> {
  const to = (path: string): string => `${server.url}${path}`
  const { predictions } = await caller.call(operations.endpoints.predictions, {
    name: names.endpoint,
    limit: 1,
  })
  const { reports } = await caller.call(operations.monitors.get, { name: names.monitor })
  const drifted = reports.find((report) => report.drifted)
  const named = (area: string, name: string): string => to(`/${area}/${encodeURIComponent(name)}`)
  return [
    { title: 'The loop', url: to('/') },
    { title: 'The data', url: named('datasets', names.dataset) },
    { title: 'The runs', url: named('experiments', names.experiment) },
    { title: 'The model', url: named('models', names.model) },
    { title: 'The form', url: named('endpoints', names.endpoint) },
    { title: 'The monitor', url: named('monitors', names.monitor) },
    { title: 'The drift report', url: to(`/api/reports/${drifted?.id ?? ''}/html`) },
    { title: 'The label queue', url: named('labeling', names.queue) },
    { title: 'One thread', url: to(`/lineage?kind=prediction&id=${predictions[0]?.id ?? ''}`) },
    { title: 'The API', url: to('/api/docs') },
  ]
}

export async function checkLinks(links: readonly Link[]): Promise<void> {
  for (const { title, url } of links) {
    const response = await fetch(url, { headers: { accept: 'text/html' } })
    await response.body?.cancel()
    if (!response.ok)
      throw new TidemillError('unavailable', {
        problem: `${title} (${url}) answers ${response.status}.`,
      })
  }
}
