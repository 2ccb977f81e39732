import { isIP } from 'node:net'
import { TidemillError } from '#contract'

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]', '::1'])

export interface OriginRules {
  /** The address the server is bound to. */
  readonly bound: string
  /** Further names that requests may be addressed to. */
  readonly hosts: readonly string[]
}

export function isLoopback(address: string): boolean {
  const bare = address.replace(/^::ffff:/, '')
  return bare === '::1' || bare === 'localhost' || (isIP(bare) === 4 && bare.startsWith('127.'))
}

/** Whether a request is addressed to this machine by a name that only this machine has. */
export function isForThisMachine(host: string | readonly string[] | undefined): boolean {
  return typeof host === 'string' && loopbackNames.has(nameOf(host))
}

/**
 * Refuses requests addressed to a name the server does not know (DNS rebinding), and changes that come from another origin's page.
 */
export function guardOrigin(
  method: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  rules: OriginRules,
): void {
  const host = String(headers.host ?? '')
  if (!isKnown(nameOf(host), rules)) throw new TidemillError('origin_refused', { origin: host })
  const { origin } = headers
  if (method === 'GET' || method === 'HEAD' || origin === undefined) return
  const from = String(origin)
  if (from === 'null' || !URL.canParse(from) || new URL(from).host !== host) {
    throw new TidemillError('origin_refused', { origin: from })
  }
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase()
}

function isKnown(name: string, { bound, hosts }: OriginRules): boolean {
  if (hosts.includes(name)) return true
  if (loopbackNames.has(name)) return true
  if (isLoopback(bound)) return false
  // Bound wider, by address: any address of the machine is its own, names are not.
  return isIP(name.replace(/^\[|\]$/g, '')) !== 0
}
