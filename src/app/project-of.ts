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
