import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { TidemillError, type Alarm } from '#contract'

export interface WebhookRules {
  /** Whether addresses of this machine and of private networks may be called. */
  readonly allowPrivate: boolean
  readonly fetch?: typeof fetch
  readonly resolve?: (host: string) => Promise<readonly string[]>
}

const internal = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  internal.addSubnet(net, bits, 'ipv4')
}
for (const [net, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['::ffff:0:0', 96],
] as const) {
  internal.addSubnet(net, bits, 'ipv6')
}

/** Sends an alarm in Alertmanager's form. Resolves with the status; throws for an address that may not be called. */
export async function sendWebhook(url: string, alarm: Alarm, rules: WebhookRules): Promise<number> {
  await checkAddress(url, rules)
  const send = rules.fetch ?? fetch
  const response = await send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alertOf(alarm)),
    // A redirect could lead where the address check would not have let it.
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  })
  await response.body?.cancel()
  return response.status
}

async function checkAddress(url: string, rules: WebhookRules): Promise<void> {
  const refuse = (problem: string): never => {
    throw new TidemillError('bad_request', { problem: `The webhook ${url} is refused: ${problem}` })
  }
  if (!URL.canParse(url)) return refuse('it is no URL.')
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:')
    return refuse('only http and https are called.')
  if (rules.allowPrivate) return
  const host = hostname.replace(/^\[|\]$/g, '')
  const resolve =
    rules.resolve ??
    (async (name) => (await lookup(name, { all: true })).map((each) => each.address))
  const addresses = isIP(host) ? [host] : await resolve(host)
  if (addresses.some((address) => internal.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'))) {
    refuse('it leads into this machine or a private network (webhooks.allowPrivate permits that).')
  }
}

function alertOf(alarm: Alarm): object {
  return {
    version: '4',
    status: alarm.state === 'resolved' ? 'resolved' : 'firing',
    receiver: 'tidemill',
    groupKey: `${alarm.monitor}/${alarm.kind}`,
    alerts: [
      {
        status: alarm.state === 'resolved' ? 'resolved' : 'firing',
        labels: {
          alertname: `tidemill_${alarm.kind}`,
          monitor: alarm.monitor,
          endpoint: alarm.endpoint,
        },
        annotations: { summary: alarm.summary, report: alarm.report },
        startsAt: new Date(alarm.openedAt).toISOString(),
        fingerprint: alarm.id,
      },
    ],
  }
}
