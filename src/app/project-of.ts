import type { IncomingMessage } from 'node:http'
import type { HttpRequest } from '#http'

/** The project a request is about: its header, else its query, else the usual one. */
export function projectOf(
  { usual }: { readonly usual: string },
  request: Pick<HttpRequest, 'headers' | 'query'>,
): string {
  const header = request.headers['x-tidemill-project']
  if (typeof header === 'string' && header !== '') return header
  const { project } = request.query
  return typeof project === 'string' && project !== '' ? project : usual
}

const inPath = /^\/p\/([a-z0-9][a-z0-9_-]{0,62})(?=[/?]|$)/

/** `/p/NAME/…` is `…` of that project: for clients that can be told an address and nothing else, as MLflow's, and for pages. */
export function enterProject(request: Pick<IncomingMessage, 'url' | 'headers'>): string {
  const { url = '/' } = request
  const [prefix, name] = inPath.exec(url) ?? []
  if (prefix === undefined || name === undefined) return url
  request.headers['x-tidemill-project'] = name
  const rest = url.slice(prefix.length)
  return rest.startsWith('/') ? rest : `/${rest}`
}
