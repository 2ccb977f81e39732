import { createHash } from 'node:crypto'
import { TidemillError } from '#contract'
import { systemClock, type Clock } from '../clock.ts'
import type { OnlineRow, OnlineStore } from '../online.ts'
import { packValue, unpackValue } from './packed-value.ts'

export interface RedisOnlineOptions {
  /** Keeps apart what shares a server, such as projects. */
  readonly prefix?: string
  /** How long a command may take before it fails as `unavailable`; 2000 unless said. */
  readonly timeoutMs?: number
}

/** A script holds up the server, so it gets few rows; reads of many keys likewise. */
const rowsAtOnce = 200
const keysAtOnce = 1000

/** Sets each key whose stored value is not newer. ARGV: now, then for each key its packed value and its expiry (empty: never). */
const writeScript = `
local now = tonumber(ARGV[1])
for i, key in ipairs(KEYS) do
  local value, expiry = ARGV[2 * i], ARGV[2 * i + 1]
  local stored = redis.call('GETRANGE', key, 0, 15)
  local newer = false
  if #stored == 16 then
    local storedTime, storedExpiry = struct.unpack('>dd', stored)
    newer = storedExpiry > now and storedTime > struct.unpack('>d', value)
  end
  if not newer then
    if expiry == '' then redis.call('SET', key, value)
    else redis.call('SET', key, value, 'PXAT', expiry) end
  end
end`
const writeScriptSha = createHash('sha1').update(writeScript).digest('hex')

/**
 * Values on a Redis (6.2 or later) or Valkey server; one server, not a cluster. Expiry is decided by our clock; the server's only
 * frees the memory. Errors: `unavailable` while the server does not answer; the connection comes back by itself.
 */
export async function openRedisOnline(
  url: string,
  options: RedisOnlineOptions = {},
  clock: Clock = systemClock,
): Promise<OnlineStore> {
  const { prefix = 'tidemill', timeoutMs = 2000 } = options
  const server = URL.canParse(url) ? new URL(url).host : 'redis'
  let opened = false
  // Loaded when there is a server to talk to: it is a tenth of the time that a start without one takes.
  const { ErrorReply, RESP_TYPES, createClient } = await import('@redis/client')
  const client = createClient({
    url,
    // A prediction does not wait for a server that is away.
    disableOfflineQueue: true,
    commandOptions: { timeout: timeoutMs },
    socket: {
      connectTimeout: timeoutMs,
      reconnectStrategy: (tries) => opened && Math.min(2000, 50 * 2 ** tries),
    },
  }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
  // Each command fails by itself; without a listener the first lost connection would end the process.
  client.on('error', () => {})

  async function explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof ErrorReply) throw error
      const problem = `The online store at ${server} does not answer: ${textOf(error)}.`
      throw new TidemillError('unavailable', { problem }, error)
    }
  }

  function keyOf(table: string, key: string): string {
    return `${prefix}:online:${encodeURIComponent(table)}:${key}`
  }

  async function writeSome(table: string, rows: readonly OnlineRow[]): Promise<void> {
    const values = rows.flatMap((row) => [packValue(row), expiryOf(row)])
    const rest = [
      String(rows.length),
      ...rows.map((row) => keyOf(table, row.key)),
      String(clock.now()),
      ...values,
    ]
    try {
      await client.sendCommand(['EVALSHA', writeScriptSha, ...rest])
    } catch (error) {
      if (!(error instanceof ErrorReply) || !error.message.startsWith('NOSCRIPT')) throw error
      await client.sendCommand(['EVAL', writeScript, ...rest])
    }
  }

  await explained(() => client.connect())
  opened = true

  return {
    read: (table, keys) =>
      explained(async () => {
        const now = clock.now()
        const parts = await Promise.all(
          chunks(keys, keysAtOnce).map((part) => client.mGet(part.map((key) => keyOf(table, key)))),
        )
        return parts.flat().map((packed) => (packed ? unpackValue(packed, now) : undefined))
      }),
    async write(table, rows) {
      for (const part of chunks(rows, rowsAtOnce)) await explained(() => writeSome(table, part))
    },
    drop: (table) =>
      explained(async () => {
        const MATCH = `${literal(keyOf(table, ''))}*`
        for await (const keys of client.scanIterator({ MATCH, COUNT: keysAtOnce })) {
          if (keys.length > 0) await client.unlink(keys)
        }
      }),
    async close() {
      if (client.isOpen) client.destroy()
    },
  }
}

function expiryOf({ expiresAt }: OnlineRow): string {
  return expiresAt === undefined ? '' : String(Math.max(1, Math.ceil(expiresAt)))
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = []
  for (let start = 0; start < items.length; start += size) {
    parts.push(items.slice(start, start + size))
  }
  return parts
}

/** In a pattern, these characters would mean something. */
function literal(text: string): string {
  return text.replaceAll(/[*?[\]\\^]/g, String.raw`\$&`)
}

function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
