import type { Registry } from 'prom-client'

/** Counters of the server for Prometheus. The library is loaded when the first scrape or request needs it, not at start. */
export interface HttpMetrics {
  observe(method: string, route: string, status: number, seconds: number): void
  text(): Promise<{ readonly type: string; readonly body: string }>
}

interface Series {
  readonly labels: { readonly method: string; readonly route: string; readonly status: string }
  count: number
  seconds: number
  readonly buckets: number[]
}

const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

/** Requests are counted by hand, as the histogram of the library costs more than the rest of a small request. */
export function httpMetrics(extra: () => Promise<string> = () => Promise.resolve('')): HttpMetrics {
  const series = new Map<string, Series>()
  let registry: Promise<Registry> | undefined

  return {
    observe(method, route, status, seconds) {
      const key = `${method} ${route} ${status}`
      let own = series.get(key)
      if (!own) {
        const labels = { method, route, status: String(status) }
        own = { labels, count: 0, seconds: 0, buckets: bounds.map(() => 0) }
        series.set(key, own)
      }
      own.count++
      own.seconds += seconds
      const at = bounds.findIndex((bound) => seconds <= bound)
      if (at >= 0) own.buckets[at] = (own.buckets[at] ?? 0) + 1
    },

    async text() {
      registry ??= processRegistry()
      const processText = await (await registry).metrics()
      const lines = [...series.values()].flatMap(histogramLines)
      const name = 'tidemill_http_request_seconds'
      const head = [`# HELP ${name} Time to answer a request.`, `# TYPE ${name} histogram`]
      const body = `${processText}\n${[...head, ...lines].join('\n')}\n${await extra()}`
      return { type: (await registry).contentType, body }
    },
  }
}

async function processRegistry(): Promise<Registry> {
  const { collectDefaultMetrics, Registry } = await import('prom-client')
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'tidemill_' })
  return registry
}

function histogramLines({ labels, count, seconds, buckets }: Series): string[] {
  const name = 'tidemill_http_request_seconds'
  const own = `method="${labels.method}",route="${labels.route}",status="${labels.status}"`
  let running = 0
  return [
    ...bounds.map((bound, i) => {
      running += buckets[i] ?? 0
      return `${name}_bucket{${own},le="${bound}"} ${running}`
    }),
    `${name}_bucket{${own},le="+Inf"} ${count}`,
    `${name}_sum{${own}} ${seconds}`,
    `${name}_count{${own}} ${count}`,
  ]
}
