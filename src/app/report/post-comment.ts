import { readFileSync } from 'node:fs'
import { TidemillError } from '#contract'

export type Host = 'github' | 'gitlab'

export interface Posted {
  readonly action: 'created' | 'updated' | 'unchanged'
  readonly url: string
}

/** What CI tells a job: which change it is for, where the API is, and the token. */
export type Environment = Readonly<Record<string, string | undefined>>

interface Comment {
  readonly id: string
  readonly body: string
  readonly url: string
}

/** The comments of one change on a host. */
interface Thread {
  list(page: number): Promise<readonly Comment[]>
  create(body: string): Promise<Comment>
  update(id: string, body: string): Promise<Comment>
}

const pageSize = 100

/**
 * Puts a report on the change that a CI job is for. The comment that begins with the marker is brought up to date, so that a run
 * again does not add another. Errors: `bad_request` for what the environment does not say, `unavailable` for a host that refuses.
 */
export async function postComment(
  host: Host,
  body: string,
  marker: string,
  env: Environment = process.env,
): Promise<Posted> {
  const thread = host === 'github' ? githubThread(env) : gitlabThread(env)
  const own = await findOwn(thread, marker)
  if (own && sameText(own.body, body)) return { action: 'unchanged', url: own.url }
  const done = own ? await thread.update(own.id, body) : await thread.create(body)
  return { action: own ? 'updated' : 'created', url: done.url }
}

async function findOwn(thread: Thread, marker: string): Promise<Comment | undefined> {
  for (let page = 1; ; page++) {
    const comments = await thread.list(page)
    const own = comments.find((comment) => comment.body.startsWith(marker))
    if (own || comments.length < pageSize) return own
  }
}

/** Hosts change the ends of lines and of texts. */
function sameText(a: string, b: string): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trim()
  return plain(a) === plain(b)
}

function githubThread(env: Environment): Thread {
  const token = env.GITHUB_TOKEN ?? env.GH_TOKEN
  const repository = required(env, 'GITHUB_REPOSITORY', 'the repository, owner/name')
  const number = pullRequest(env)
  const api = env.GITHUB_API_URL ?? 'https://api.github.com'
  const call = caller(api, {
    authorization: `Bearer ${token ?? required(env, 'GITHUB_TOKEN', 'a token that may comment')}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  })
  const read = (value: unknown): Comment => {
    const { id, body, html_url } = value as { id: number; body?: string; html_url?: string }
    return { id: String(id), body: body ?? '', url: html_url ?? '' }
  }
  const thread = `/repos/${repository}/issues`
  return {
    list: async (page) =>
      (
        (await call(
          'GET',
          `${thread}/${number}/comments?per_page=${pageSize}&page=${page}`,
        )) as unknown[]
      ).map(read),
    create: async (body) => read(await call('POST', `${thread}/${number}/comments`, { body })),
    update: async (id, body) => read(await call('PATCH', `${thread}/comments/${id}`, { body })),
  }
}

/** From the event that started the workflow, else from the ref that it runs on. */
function pullRequest(env: Environment): string {
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

function gitlabThread(env: Environment): Thread {
  const api = required(env, 'CI_API_V4_URL', 'the address of the API')
  const project = encodeURIComponent(required(env, 'CI_PROJECT_ID', 'the project'))
  const request = required(env, 'CI_MERGE_REQUEST_IID', 'the merge request')
  const token = required(env, 'GITLAB_TOKEN', 'a token that may comment (a job token may not)')
  const call = caller(api, { 'private-token': token })
  const read = (value: unknown): Comment => {
    const { id, body } = value as { id: number; body?: string }
    const page = env.CI_MERGE_REQUEST_PROJECT_URL
    const url = page === undefined ? '' : `${page}/-/merge_requests/${request}#note_${id}`
    return { id: String(id), body: body ?? '', url }
  }
  const thread = `/projects/${project}/merge_requests/${request}/notes`
  return {
    list: async (page) =>
      ((await call('GET', `${thread}?per_page=${pageSize}&page=${page}`)) as unknown[]).map(read),
    create: async (body) => read(await call('POST', thread, { body })),
    update: async (id, body) => read(await call('PUT', `${thread}/${id}`, { body })),
  }
}

function caller(api: string, headers: Readonly<Record<string, string>>) {
  return async (method: string, path: string, body?: object): Promise<unknown> => {
    const url = `${api.replace(/\/$/, '')}${path}`
    let response: Response
    try {
      response = await fetch(url, {
        method,
        headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'tidemill' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
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
