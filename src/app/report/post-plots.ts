import { basename } from 'node:path'
import { plotShape, type Plot } from '#pipeline'
import { githubApi, gitlabApi, pullRequest, type Environment, type Host } from './host-api.ts'
import { plotContents, type PlotContent } from './plot-files.ts'
import type { Assets } from './report-markdown.ts'

/**
 * Puts the plots of a report where a comment on the change can show them; where each can be fetched from. Errors: `bad_request` for
 * what the environment does not say, `unavailable` for a host that refuses.
 */
export async function postPlots(
  host: Host,
  plots: readonly Plot[],
  label = 'default',
  env: Environment = process.env,
): Promise<Assets> {
  if (host === 'github') return toGithub(plotContents(plots), label, env)
  // an upload stays for good, so what GitLab draws itself is not sent
  return toGitlab(plotContents(plots.filter((plot) => plotShape(plot) !== 'lines')), env)
}

/** Nobody's and of no time: the same plots are the same commit, so a comment that shows them stays as it is. */
const nobody = { name: 'tidemill', email: 'tidemill@localhost', date: '2000-01-01T00:00:00Z' }

/** As a commit that hangs on nothing, under a ref of the pull request beside branches and tags. */
async function toGithub(
  plots: readonly PlotContent[],
  label: string,
  env: Environment,
): Promise<Assets> {
  if (plots.length === 0) return () => undefined
  const { call, repository } = githubApi(env)
  const make = async (kind: string, body: object): Promise<string> => {
    const { sha } = (await call('POST', `${repository}/git/${kind}`, body)) as { sha: string }
    return sha
  }
  const tree: object[] = []
  for (const { file, bytes } of plots) {
    const content = Buffer.from(bytes).toString('base64')
    const sha = await make('blobs', { content, encoding: 'base64' })
    tree.push({ path: file, mode: '100644', type: 'blob', sha })
  }
  const sha = await make('commits', {
    message: 'Plots of a report',
    tree: await make('trees', { tree }),
    parents: [],
    author: nobody,
    committer: nobody,
  })
  const ref = `tidemill/plots/${pullRequest(env)}-${label.replace(/[^A-Za-z0-9-]/g, '-')}`
  try {
    await call('PATCH', `${repository}/git/refs/${ref}`, { sha, force: true })
  } catch {
    await call('POST', `${repository}/git/refs`, { ref: `refs/${ref}`, sha })
  }
  const server = env.GITHUB_SERVER_URL ?? 'https://github.com'
  const name = repository.slice('/repos/'.length)
  return (file) => `${server}/${name}/raw/${sha}/${encodeURI(file)}`
}

/** As uploads of the project. */
async function toGitlab(plots: readonly PlotContent[], env: Environment): Promise<Assets> {
  const { call, project } = gitlabApi(env)
  const urls = new Map<string, string>()
  for (const { file, bytes } of plots) {
    const form = new FormData()
    form.append('file', new Blob([Buffer.from(bytes)]), basename(file))
    const { url } = (await call('POST', `${project}/uploads`, form)) as { url: string }
    urls.set(file, url)
  }
  return (file) => urls.get(file)
}
