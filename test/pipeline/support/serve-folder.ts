import { hash } from 'node:crypto'
import { createReadStream, readFileSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, normalize } from 'node:path'

/** A web server's handler for the files of a folder, with ranges and etags; behind a password when one is given. */
export function serveFolder(
  folder: string,
  login?: { readonly user: string; readonly password: string },
): (request: IncomingMessage, response: ServerResponse) => void {
  const wanted =
    login && `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`
  return (request, response) => {
    const end = (status: number) => response.writeHead(status).end()
    if (wanted !== undefined && request.headers.authorization !== wanted) return void end(401)
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname))
    const file = join(folder, path)
    const stats = statSync(file, { throwIfNoEntry: false })
    if (!stats?.isFile()) return void end(404)
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    if (start > 0 && start >= stats.size) return void end(416)
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': stats.size - start,
      etag: `"${hash('md5', readFileSync(file), 'hex')}"`,
    })
    if (request.method === 'HEAD') response.end()
    else createReadStream(file, { start }).pipe(response)
  }
}
