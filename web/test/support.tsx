import { createMemoryHistory } from '@tanstack/react-router'
import { render } from '@testing-library/react'
import { httpCaller, TidemillError, type Operation, type TidemillError as Problem } from '#contract'
import { App } from '../app/app.tsx'
import { makeQueryClient } from '../app/api.tsx'
import { makeRouter } from '../app/router.tsx'
import { makeShortcuts } from '../app/shortcuts.tsx'
import { session } from './fixtures.ts'

export interface Sent {
  readonly method: string
  readonly path: string
  readonly search: URLSearchParams
  readonly body: unknown
}

type Answer = (sent: Sent) => unknown

/** A server in the test: answers by operation; what has no answer is a 404 as the real one gives. */
export function answering(answers: readonly (readonly [Operation, Answer])[]) {
  const sent: Sent[] = []
  const all = [...answers, ...defaults]
  const send: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const text = typeof init?.body === 'string' ? init.body : ''
    const request: Sent = {
      method: init?.method ?? 'GET',
      path: decodeURIComponent(url.pathname),
      search: url.searchParams,
      body: text === '' ? undefined : JSON.parse(text),
    }
    sent.push(request)
    for (const [operation, answer] of all) {
      if (operation.method !== request.method || !matches(operation.path, url.pathname)) continue
      try {
        return Response.json(await answer(request))
      } catch (error) {
        if (!(error instanceof TidemillError)) throw error
        return problem(error)
      }
    }
    return problem(new TidemillError('not_found', { kind: 'path', name: url.pathname }))
  }
  return { sent, caller: httpCaller({ url: 'http://tidemill.test', fetch: send }) }
}

const defaults: readonly (readonly [Operation, Answer])[] = [session]

function problem({ code, details, status, message }: Problem): Response {
  return Response.json({ code, details, detail: message }, { status })
}

function matches(pattern: string, path: string): boolean {
  return new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}$`).test(path)
}

/** The whole interface at an address, against a server of the test. */
export function renderApp(address: string, answers: readonly (readonly [Operation, Answer])[]) {
  const { sent, caller } = answering(answers)
  const router = makeRouter(createMemoryHistory({ initialEntries: [address] }))
  render(
    <App caller={caller} queries={makeQueryClient()} router={router} shortcuts={makeShortcuts()} />,
  )
  return { sent, router }
}
