import { lookup } from 'node:dns/promises'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { TidemillError } from '#contract'

export interface CallOutRules {
  /** Whether http, this machine and private networks may be called. */
  readonly allowPrivate: boolean
  readonly resolve?: (host: string) => Promise<readonly string[]>
  /** 10 seconds unless said. */
  readonly timeoutMs?: number
}

export interface CallOut {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

const internal = new BlockList()
for (const [net, bits] of [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
  ] as const),
  ...([
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.168.0.0', 16],
  ] as const),
  ...([
    ['198.18.0.0', 15],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ] as const),
]) {
  internal.addSubnet(net, bits, 'ipv4')
}
for (const [net, bits] of [
  // Loopback and nowhere; addresses of version 4 in four disguises; private, of the link, and of many.
  ...([
    ['::', 127],
    ['::ffff:0:0', 96],
    ['::', 96],
    ['64:ff9b::', 96],
    ['2002::', 16],
  ] as const),
  ...([
    ['fc00::', 7],
    ['fe80::', 10],
    ['ff00::', 8],
  ] as const),
]) {
  internal.addSubnet(net, bits, 'ipv6')
}

/** The address of a URL that may be called; throws for one that may not. */
export async function checkCallOut(url: string, rules: CallOutRules): Promise<string> {
  const refuse = (problem: string): never => {
    const shown = url.length > 200 ? `${url.slice(0, 200)}…` : url
    throw new TidemillError('bad_request', {
      problem: `The address ${shown} is refused: ${problem}.`,
    })
  }
  if (!URL.canParse(url)) return refuse('it is no URL')
  const { protocol, hostname, username, password } = new URL(url)
  if (username !== '' || password !== '') return refuse('it carries a name or a password')
  if (protocol !== 'https:' && !(protocol === 'http:' && rules.allowPrivate)) {
    return refuse('only https is called')
  }
  const host = hostname.replace(/^\[|\]$/g, '')
  const resolve =
    rules.resolve ??
    (async (name) => (await lookup(name, { all: true })).map(({ address }) => address))
  const addresses =
    isIP(host) > 0 ? [host] : await resolve(host).catch(() => refuse('its name cannot be resolved'))
  const isInternal = (address: string) =>
    internal.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  if (!rules.allowPrivate && addresses.some(isInternal)) {
    return refuse(
      'it leads into this machine or a private network (webhooks.allowPrivate permits that)',
    )
  }
  return addresses[0] ?? refuse('its name has no address')
}

/**
 * Posts to an address of a user's; answers the status and nothing of what was answered. The address that was checked is the one that
 * is called, whatever its name means a moment later, and a redirect is an answer like another.
 */
export async function callOut(
  { url, headers, body }: CallOut,
  rules: CallOutRules,
): Promise<number> {
  const address = await checkCallOut(url, rules)
  const family = isIP(address)
  const pinned: LookupFunction = (_host, options, answer) => {
    if (options.all) answer(null, [{ address, family }])
    else answer(null, address, family)
  }
  const { request: send } = await (new URL(url).protocol === 'https:'
    ? import('node:https')
    : import('node:http'))
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      lookup: pinned,
      agent: false,
      signal: AbortSignal.timeout(rules.timeoutMs ?? 10_000),
    })
    request.once('error', (cause) => {
      const problem = `${new URL(url).host} does not answer: ${cause.message}`
      reject(new TidemillError('unavailable', { problem }, cause))
    })
    request.once('response', (response) => {
      response.destroy()
      resolve(response.statusCode ?? 0)
    })
    request.end(body)
  })
}
