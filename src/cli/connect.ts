import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Caller } from '#contract'
import type { BaseOptions } from './base-command.ts'

export function homeOf(options: BaseOptions): string {
  return resolve(options.home ?? (process.env.TIDEMILL_HOME || nearestHome()))
}

/** The home in this folder, or in one above it of the same repository; where there is none, it would be this folder's. */
function nearestHome(): string {
  let found: string | undefined
  for (let here = process.cwd(); ; here = dirname(here)) {
    if (existsSync(join(here, '.tidemill'))) found ??= join(here, '.tidemill')
    if (['.dvc', '.git'].some((name) => existsSync(join(here, name)))) return found ?? '.tidemill'
    if (dirname(here) === here) return '.tidemill'
  }
}

/** The server that is meant, by --url or TIDEMILL_URL; none where a home is named. */
export function urlOf(options: BaseOptions): string | undefined {
  // An empty variable is one that was unset for a command.
  return (
    options.url ?? (options.home === undefined ? process.env.TIDEMILL_URL || undefined : undefined)
  )
}

export function projectOf(options: BaseOptions): string {
  return options.project ?? process.env.TIDEMILL_PROJECT ?? 'default'
}

/** Runs `work` with a caller: the server named by --url or TIDEMILL_URL, else the home opened in this process. */
export async function withCaller<T>(
  options: BaseOptions,
  work: (caller: Caller) => Promise<T>,
): Promise<T> {
  const url = urlOf(options)
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
