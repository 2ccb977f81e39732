import type { Endpoint, Health } from '#contract'

export const endpointHealth: Readonly<Record<Endpoint['state'], Health>> = {
  ready: 'good',
  loading: 'busy',
  no_model: 'none',
  failed: 'bad',
}

export const endpointWords: Readonly<Record<Endpoint['state'], string>> = {
  ready: 'ready',
  loading: 'loading',
  no_model: 'no model',
  failed: 'failed',
}
