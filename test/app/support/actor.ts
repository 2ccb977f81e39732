import { httpCaller, type Caller } from '#contract'
import type { RunningServer } from '#app'
import type { Role } from '#auth'
import type { Loose } from '../../support/loose.ts'

export interface Actor {
  readonly caller: Caller
  /** The status of a call of MLflow's REST and what it answers. */
  mlflow(method: string, path: string, body?: object): Promise<{ status: number; body: Loose }>
  readonly headers: Readonly<Record<string, string>>
}

/** Somebody with a token, and with a role in all of the server or with none. */
export async function actor(
  { app, port }: RunningServer,
  name: string,
  role?: Role,
): Promise<Actor> {
  await app.auth.users.create({ name, kind: 'service', ...(role ? { role } : {}) })
  const { token } = await app.auth.tokens.create({ user: name, name: 't' })
  const url = `http://127.0.0.1:${port}`
  const headers = { authorization: `Bearer ${token}` }
  return {
    caller: httpCaller({ url, token }),
    headers,
    async mlflow(method, path, body) {
      const response = await fetch(
        `${url}${path.startsWith('/') ? path : `/api/2.0/mlflow/${path}`}`,
        {
          method,
          headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
          ...(body ? { body: JSON.stringify(body) } : {}),
        },
      )
      const text = await response.text()
      return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text }
    },
  }
}
