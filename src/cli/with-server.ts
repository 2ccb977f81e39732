import type { BaseOptions } from './base-command.ts'
import { homeOf, projectOf } from './connect.ts'

export interface ServedHome {
  readonly url: string
  readonly token?: string
  readonly project: string
}

/** The server that --url names, else the home served to this command alone. */
export async function withServer<T>(
  options: BaseOptions,
  work: (server: ServedHome) => Promise<T>,
): Promise<T> {
  const url = options.url ?? (options.home === undefined ? process.env.TIDEMILL_URL : undefined)
  const [token, project] = [process.env.TIDEMILL_TOKEN, projectOf(options)]
  if (url) return work({ url, project, ...(token ? { token } : {}) })
  const { startServer } = await import('#app/server')
  const server = await startServer({
    home: homeOf(options),
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent',
    idle: true,
  })
  try {
    return await work({ url: server.url, project })
  } finally {
    await server.stop()
  }
}
