import { TidemillError } from '#contract/error'
import { denied, isLostConnection, missingObject, problemOf, unreachable } from './remote-errors.ts'
import { receiveStream } from './receive-stream.ts'
import type { Remote } from './remote.ts'
import type { RemoteSettings } from './settings.ts'

/** A web server that has the objects as files: it is read, and never written to. */
export function httpRemote(settings: RemoteSettings): Remote {
  const { name, url: place, options } = settings
  const at = { name, place }
  const top = place.replace(/\/+$/, '')
  const headers = credentials(options)
  const wait = 1000 * Number(options.get('read_timeout') ?? 120)

  async function ask(
    method: string,
    path: string,
    range?: string,
    patience = patienceOf(wait),
  ): Promise<Response> {
    let answer: Response
    try {
      answer = await fetch(`${top}/${path}`, {
        method,
        headers: { ...headers, ...(range === undefined ? {} : { range }) },
        signal: patience.signal,
      })
    } catch (error) {
      patience.end()
      throw unreachable(at, error)
    }
    if (method === 'GET' && answer.ok) return answer
    patience.end()
    if (answer.ok || answer.status === 416) return answer
    await answer.body?.cancel()
    const said = `${answer.status} ${answer.statusText}`
    if (answer.status === 404 || answer.status === 410) throw missingObject(at, path)
    if (answer.status === 401 || answer.status === 403) throw denied(at, said)
    if (answer.status >= 500 || answer.status === 429) throw unreachable(at, new Error(said))
    throw new TidemillError('bad_request', { problem: `The remote ${name} answers ${said}.` })
  }

  return {
    name,
    async stat(path) {
      try {
        const { headers: said, body } = await ask('HEAD', path)
        await body?.cancel()
        const etag = said.get('etag') ?? said.get('content-md5')
        const size = Number(said.get('content-length') ?? 0)
        return { size, ...(etag === null ? {} : { etag }) }
      } catch (error) {
        if (error instanceof TidemillError && error.code === 'remote_object_missing')
          return undefined
        throw error
      }
    },
    async get(path, file, onBytes) {
      try {
        return await receiveStream(
          file,
          async (offset) => {
            const patience = patienceOf(wait)
            const range = offset === 0 ? undefined : `bytes=${offset}-`
            const answer = await ask('GET', path, range, patience)
            if (answer.status === 416) return undefined
            const bytes = bytesOf(answer, patience)
            return offset > 0 && answer.status === 200 ? skipped(bytes, offset) : bytes
          },
          onBytes,
        )
      } catch (error) {
        throw !(error instanceof TidemillError) && isLostConnection(error)
          ? unreachable(at, new Error(problemOf(error), { cause: error }))
          : error
      }
    },
    put: async () => {
      throw readOnly()
    },
    remove: async () => {
      throw readOnly()
    },
    // oxlint-disable-next-line require-yield
    async *list() {
      throw new TidemillError('bad_request', {
        problem: `The remote ${name} is reached over HTTP, which cannot list what is there.`,
      })
    },
    close: async () => undefined,
  }

  function readOnly(): TidemillError {
    return new TidemillError('bad_request', {
      problem: `The remote ${name} at ${place} can only be read: push to where its files come from.`,
    })
  }
}

/** Gives up when nothing has been heard for a while; a download may take as long as it goes on. */
interface Patience {
  readonly signal: AbortSignal
  renew(): void
  end(): void
}

function patienceOf(milliseconds: number): Patience {
  const controller = new AbortController()
  const giveUp = (): void =>
    controller.abort(new DOMException('Nothing came for too long.', 'TimeoutError'))
  const timer = setTimeout(giveUp, milliseconds)
  return {
    signal: controller.signal,
    renew: () => timer.refresh(),
    end: () => clearTimeout(timer),
  }
}

async function* bytesOf(answer: Response, patience: Patience): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of answer.body ?? []) {
      patience.renew()
      yield chunk
    }
  } finally {
    patience.end()
  }
}

/** A server that does not know ranges sends all of it: what is here already is passed over. */
async function* skipped(
  bytes: AsyncGenerator<Uint8Array>,
  offset: number,
): AsyncGenerator<Uint8Array> {
  let left = offset
  for await (const chunk of bytes) {
    if (left < chunk.length) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}

/** DVC's settings: `auth` is basic (user, password) or custom (custom_auth_header, password). */
function credentials(options: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const [user, password] = [options.get('user'), options.get('password')]
  const header = options.get('custom_auth_header')
  if (options.get('auth') === 'custom' && header !== undefined && password !== undefined)
    return { [header]: password }
  if (user === undefined || password === undefined) return {}
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
}
