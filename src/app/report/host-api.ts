import { readFileSync } from 'node:fs'
import { TidemillError } from '#contract'

export type Host = 'github' | 'gitlab'

/** What CI tells a job: which change it is for, where the API is, and the token. */
export type Environment = Readonly<Record<string, string | undefined>>

type Call = (method: string, path: string, body?: object) => Promise<unknown>

/** GitHub's API, and the path of the repository in it. Errors: `bad_request` for what the environment does not say. */
export function githubApi(env: Environment): { readonly call: Call; readonly repository: string } {
  const token = env.GITHUB_TOKEN ?? env.GH_TOKEN
  const name = required(env, 'GITHUB_REPOSITORY', 'the repository, owner/name')
  pullRequest(env)
  const call = caller(env.GITHUB_API_URL ?? 'https://api.github.com', {
    authorization: `Bearer ${token ?? required(env, 'GITHUB_TOKEN', 'a token that may comment')}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  })
  return { call, repository: `/repos/${name}` }
}

/** GitLab's API, the path of the project in it, and the merge request. Errors: `bad_request` for what the environment does not say. */
export function gitlabApi(env: Environment): {
  readonly call: Call
  readonly project: string
  readonly request: string
} {
  const api = required(env, 'CI_API_V4_URL', 'the address of the API')
  const project = encodeURIComponent(required(env, 'CI_PROJECT_ID', 'the project'))
  const request = required(env, 'CI_MERGE_REQUEST_IID', 'the merge request')
  const token = required(env, 'GITLAB_TOKEN', 'a token that may comment (a job token may not)')
  return {
    call: caller(api, { 'private-token': token }),
    project: `/projects/${project}`,
    request,
  }
}

/** From the event that started the workflow, else from the ref that it runs on. */
export function pullRequest(env: Environment): string {
  const file = env.GITHUB_EVENT_PATH
  const event: unknown = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'))
  const { number, pull_request } = event as {
    number?: number
    pull_request?: { number?: number }
  }
  const found =
    pull_request?.number ?? number ?? /^refs\/pull\/(\d+)\//.exec(env.GITHUB_REF ?? '')?.[1]
  if (found === undefined)
    throw new TidemillError('bad_request', {
      problem:
        'There is no pull request to comment on: neither GITHUB_EVENT_PATH nor GITHUB_REF names one.',
    })
  return String(found)
}

/** Asks an API; a form goes as it is, anything else as JSON. */
function caller(api: string, headers: Readonly<Record<string, string>>): Call {
  return async (method, path, body) => {
    const url = `${api.replace(/\/$/, '')}${path}`
    let response: Response
    try {
      response = await fetch(url, {
        method,
        headers: {
          ...headers,
          'user-agent': 'tidemill',
          ...(body instanceof FormData ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined
          ? {}
          : { body: body instanceof FormData ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      })
    } catch (error) {
      throw new TidemillError(
        'unavailable',
        { problem: `${new URL(url).host} does not answer.` },
        error,
      )
    }
    if (!response.ok) {
      const text = (await response.text()).slice(0, 300)
      throw new TidemillError('unavailable', {
        problem: `${method} ${new URL(url).pathname} was answered with ${response.status}: ${text}`,
      })
    }
    return response.json()
  }
}

function required(env: Environment, name: string, what: string): string {
  const value = env[name]
  if (value === undefined || value === '')
    throw new TidemillError('bad_request', {
      problem: `${name} is not set: it says ${what}.`,
    })
  return value
}
