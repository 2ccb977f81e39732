import { TidemillError } from '#contract'

export interface ServerAddress {
  /** May name a user with a password: `http://user:password@host`. */
  readonly url: string
  readonly token?: string
  /** For MLflow's own login, where neither a token nor the URL says who asks. */
  readonly login?: Login
  /** The project that is meant on a server of ours; the server's usual one unless said. */
  readonly project?: string
}

interface Login {
  readonly user: string
  readonly password: string
}

/** The address without user and password, so that no message shows them, and the headers of each request to it. */
export function readAddress({ url, token, login, project }: ServerAddress): {
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
} {
  const parts = URL.parse(url)
  // A sign that is not encoded ends the host before the password does, of which the rest is to be in no message.
  if (!parts || `${parts.pathname}${parts.search}${parts.hash}`.includes('@')) {
    const hidden = url.replace(/\/\/.*@/s, '//…@')
    const problem = `${hidden} cannot be read as the address of a server; in a user and a password, / is written %2F, ? %3F, # %23 and @ %40.`
    throw new TidemillError('bad_request', { problem })
  }
  const { username, password } = parts
  parts.username = ''
  parts.password = ''
  const named = username === '' ? login : { user: plain(username), password: plain(password) }
  const authorization = token ? `Bearer ${token}` : named && basic(named)
  return {
    base: parts.href.replace(/\/+$/, ''),
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(project === undefined ? {} : { 'x-tidemill-project': project }),
    },
  }
}

function basic({ user, password }: Login): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** A percent sign that encodes nothing stands for itself. */
function plain(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return encoded
  }
}
