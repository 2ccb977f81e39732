import type { Permission } from '#contract'
import type { Route } from '#http'

/** Somebody who calls every route, and what they may do by rights. */
export interface Walker {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly may: (permission: Permission) => boolean
}

export interface Walk {
  readonly calls: number
  /** Each a sentence; none when every route kept its word. */
  readonly breaches: readonly string[]
}

/**
 * Calls every route as every walker. Who may not must get 401 or 403; who may must get anything else, as names that nothing
 * has and empty bodies lead to. Answers that go on are let go at their head.
 */
export async function walkRoutes(
  server: { readonly url: string; readonly routes: readonly Route[] },
  walkers: readonly Walker[],
): Promise<Walk> {
  const breaches: string[] = []
  let calls = 0
  for (const route of server.routes) {
    for (const walker of walkers) {
      const status = await call(server.url, route, walker)
      calls++
      const title = `${route.method} ${route.path} (${route.permission}) as ${walker.name}: ${status}`
      const refused = status === 401 || status === 403
      const may = route.permission === 'public' || walker.may(route.permission)
      if (may && refused) breaches.push(`${title}, though they may`)
      if (!may && !refused) breaches.push(`${title}, though they may not`)
    }
  }
  return { calls, breaches }
}

async function call(url: string, route: Route, walker: Walker): Promise<number> {
  const path = route.path.replaceAll(/:\w+/g, 'no-such-thing').replace(/\*$/, 'no-such-thing')
  const letGo = new AbortController()
  const isBytes = route.accepts === 'bytes'
  const hasBody = route.method !== 'GET' && route.method !== 'DELETE'
  try {
    const response = await fetch(new URL(path, url), {
      method: route.method,
      headers: {
        ...walker.headers,
        ...(hasBody
          ? { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }
          : {}),
      },
      ...(hasBody ? { body: isBytes ? '' : '{}' } : {}),
      redirect: 'manual',
      signal: letGo.signal,
    })
    return response.status
  } finally {
    letGo.abort()
  }
}
