import assert from 'node:assert/strict'
import type { Loose } from './loose.ts'

/** What a server of MLflow's REST answers to a POST that it must take. */
export async function mlflowPost(
  server: { readonly url: string },
  path: string,
  body: object,
): Promise<Loose> {
  const response = await fetch(`${server.url}/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer: Loose = await response.json()
  assert.equal(response.status, 200, `${path}: ${JSON.stringify(answer)}`)
  return answer
}
