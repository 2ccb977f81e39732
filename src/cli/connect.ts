import { resolve } from 'node:path'
import type { Caller } from '#contract'
import type { BaseOptions } from './base-command.ts'

export function homeOf(options: BaseOptions): string {
  return resolve(options.home ?? (process.env.TIDEMILL_HOME || '.tidemill'))
}

export function projectOf(options: BaseOptions): string {
  return options.project ?? process.env.TIDEMILL_PROJECT ?? 'default'
}

/** Runs `work` with a caller: the server named by --url or TIDEMILL_URL, else the home opened in this process. */
export async function withCaller<T>(
  options: BaseOptions,
  work: (caller: Caller) => Promise<T>,
): Promise<T> {
  // An empty variable is one that was unset for a command.
  const url =
    options.url ?? (options.home === undefined ? process.env.TIDEMILL_URL || undefined : undefined)
  const project = projectOf(options)
  if (url !== undefined) {
    const token = process.env.TIDEMILL_TOKEN
    const { httpCaller } = await import('#contract')
    return work(httpCaller({ url, project, ...(token === undefined ? {} : { token }) }))
  }
  const { localIdentity, localCaller, openApp } = await import('#app/local')
  const app = await openApp({ home: homeOf(options) })
  try {
    return await work(localCaller(app, project, localIdentity()))
  } finally {
    await app.close()
  }
}
