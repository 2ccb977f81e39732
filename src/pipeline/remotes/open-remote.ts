import { TidemillError } from '#contract/error'
import type { Repository } from '../repository.ts'
import { folderRemote } from './folder-remote.ts'
import { remoteSettings, type RemoteSettings } from './settings.ts'
import type { Remote } from './remote.ts'
import { withRetries } from './with-retries.ts'

/**
 * The remote of that name, or the repository's default; so many pieces of large files are under way at once as its settings say, or
 * `jobs`. Errors: `not_found`, `bad_request`.
 */
export function openRemote(
  repository: Pick<Repository, 'root' | 'config'>,
  name?: string,
  jobs?: number,
): Remote {
  const settings = remoteSettings(repository, name)
  const options = new Map(settings.options)
  if (jobs !== undefined) options.set('jobs', String(jobs))
  return remoteAt({ ...settings, options })
}

interface Kind {
  readonly load: (settings: RemoteSettings) => Promise<Remote>
  readonly page?: number
  readonly unlisted?: true
}

const http: Kind = {
  load: async (settings) => (await import('./http-remote.ts')).httpRemote(settings),
  unlisted: true,
}

/** The kinds of places, by the scheme of their address; each is loaded when it is first used. */
const kinds: Readonly<Record<string, Kind>> = {
  s3: {
    load: async (settings) => (await import('./s3-remote.ts')).s3Remote(settings),
    page: 1000,
  },
  azure: {
    load: async (settings) => (await import('./azure-remote.ts')).azureRemote(settings),
    page: 5000,
  },
  http,
  https: http,
  ssh: { load: async (settings) => (await import('./ssh-remote.ts')).sshRemote(settings) },
}

export function remoteAt(settings: RemoteSettings): Remote {
  const { name, url, options } = settings
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(url)?.[1]?.toLowerCase()
  const folder =
    scheme === undefined
      ? url
      : scheme === 'file' || scheme === 'local'
        ? url.replace(/^[a-z]+:\/\//i, '')
        : undefined
  if (folder !== undefined) return withRetries(folderRemote(name, folder))
  const kind = Object.hasOwn(kinds, scheme ?? '') ? kinds[scheme ?? ''] : undefined
  if (kind === undefined) {
    throw new TidemillError('bad_request', {
      problem: `The remote ${name} is at ${url}: there are folders, ${Object.keys(kinds)
        .map((each) => `${each}://`)
        .join(', ')}, and no ${scheme}://.`,
    })
  }
  for (const layout of ['version_aware', 'worktree']) {
    if (options.get(layout) === 'true') {
      throw new TidemillError('bad_request', {
        problem: `The remote ${name} has ${layout} = true: it keeps files under their own names, which only dvc itself reads and writes.`,
      })
    }
  }
  return withRetries(lazily(settings, kind))
}

/** A remote whose code is loaded, and whose connection is made, at the first call. */
function lazily(settings: RemoteSettings, { load, page, unlisted }: Kind): Remote {
  let loaded: Promise<Remote> | undefined
  const opened = () => (loaded ??= load(settings))
  return {
    name: settings.name,
    ...(page === undefined ? {} : { page }),
    ...(unlisted ? { unlisted } : {}),
    stat: async (path) => (await opened()).stat(path),
    put: async (path, file, onBytes) => (await opened()).put(path, file, onBytes),
    get: async (path, file, onBytes) => (await opened()).get(path, file, onBytes),
    async *list(folder) {
      yield* (await opened()).list(folder)
    },
    remove: async (path) => (await opened()).remove(path),
    close: async () => (await loaded)?.close(),
  }
}
