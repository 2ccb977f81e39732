import { resolve } from 'node:path'
import { httpCaller, type Caller } from '#contract'
import type { App } from '../app.ts'

let opened: Promise<{ caller: Caller; app?: App }> | undefined

/** The server named by TIDEMILL_URL, else the home of TIDEMILL_HOME (./.tidemill) opened in this process; once a script. */
export async function connect(): Promise<Caller> {
  opened ??= open()
  return (await opened).caller
}

async function open(): Promise<{ caller: Caller; app?: App }> {
  const {
    TIDEMILL_URL: url,
    TIDEMILL_TOKEN: token,
    TIDEMILL_HOME: home,
    TIDEMILL_PROJECT: project = 'default',
  } = process.env
  if (url) return { caller: httpCaller({ url, project, ...(token ? { token } : {}) }) }
  const { localCaller, localIdentity, openApp } = await import('../local.ts')
  const app = await openApp({ home: resolve(home || '.tidemill') })
  return { app, caller: localCaller(app, project, localIdentity()) }
}

/** Closes what a script left open. */
export async function closeKit(): Promise<void> {
  const own = opened
  opened = undefined
  await (await own)?.app?.close()
}
