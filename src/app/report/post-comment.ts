import { githubApi, gitlabApi, pullRequest, type Environment, type Host } from './host-api.ts'

export interface Posted {
  readonly action: 'created' | 'updated' | 'unchanged'
  readonly url: string
}

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
  const { call, repository } = githubApi(env)
  const number = pullRequest(env)
  const read = (value: unknown): Comment => {
    const { id, body, html_url } = value as { id: number; body?: string; html_url?: string }
    return { id: String(id), body: body ?? '', url: html_url ?? '' }
  }
  const thread = `${repository}/issues`
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

function gitlabThread(env: Environment): Thread {
  const { call, project, request } = gitlabApi(env)
  const read = (value: unknown): Comment => {
    const { id, body } = value as { id: number; body?: string }
    const page = env.CI_MERGE_REQUEST_PROJECT_URL
    const url = page === undefined ? '' : `${page}/-/merge_requests/${request}#note_${id}`
    return { id: String(id), body: body ?? '', url }
  }
  const thread = `${project}/merge_requests/${request}/notes`
  return {
    list: async (page) =>
      ((await call('GET', `${thread}?per_page=${pageSize}&page=${page}`)) as unknown[]).map(read),
    create: async (body) => read(await call('POST', thread, { body })),
    update: async (id, body) => read(await call('PUT', `${thread}/${id}`, { body })),
  }
}
