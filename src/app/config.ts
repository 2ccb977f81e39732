import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Static } from 'typebox'
import { TidemillError, Type } from '#contract'

/** `10.0.0.7`, `10.0.0.0/8`, `::1`, `fd00::/8`. */
const addressOrNetwork =
  '^([0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)(/[0-9]{1,3})?$'
const closed = { additionalProperties: false }

/** What `config.yaml` in a home may say. Everything has a default that needs no server. */
export const Config = Type.Object(
  {
    /** `postgres://…` keeps the metadata there instead of in SQLite files. */
    database: Type.Optional(Type.String()),
    /** `redis://…` keeps online values there. */
    redis: Type.Optional(Type.String()),
    server: Type.Optional(
      Type.Object(
        {
          /** Names, besides the bound address, that requests may be addressed to. */
          hosts: Type.Optional(Type.Array(Type.String())),
          /** Proxies in front, by address or network: of their requests the forwarded address is who asks. */
          proxies: Type.Optional(Type.Array(Type.String({ pattern: addressOrNetwork }))),
          /** Largest body of a JSON request. */
          bodyBytes: Type.Optional(Type.Integer({ minimum: 1024 })),
          /** Whether requests come through a proxy that ends TLS. */
          secureCookies: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
    ),
    serving: Type.Optional(
      Type.Object({ workers: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })) }, closed),
    ),
    query: Type.Optional(
      Type.Object(
        {
          /** What one query of SQL may take. */
          memoryMb: Type.Optional(Type.Integer({ minimum: 64 })),
          seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 3600 })),
        },
        closed,
      ),
    ),
    webhooks: Type.Optional(
      Type.Object(
        {
          /** Whether alarms and webhooks may be sent to addresses of this machine and private networks. */
          allowPrivate: Type.Optional(Type.Boolean()),
        },
        closed,
      ),
    ),
  },
  closed,
)
export type Config = Static<typeof Config>

/** The configuration of a home: its file, then the environment on top. */
export async function readConfig(
  home: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<Config> {
  const file = join(home, 'config.yaml')
  const text = await readFile(file, 'utf8').catch(() => '')
  return {
    ...(text.trim() === '' ? {} : await configOf(text, file)),
    ...(env.TIDEMILL_DATABASE_URL ? { database: env.TIDEMILL_DATABASE_URL } : {}),
    ...(env.TIDEMILL_REDIS_URL ? { redis: env.TIDEMILL_REDIS_URL } : {}),
  }
}

/** What checks it is loaded for a home that has a file, which few have. */
async function configOf(text: string, file: string): Promise<Config> {
  const [{ parse }, { Check, Errors }] = await Promise.all([
    import('yaml'),
    import('typebox/schema'),
  ])
  const value: unknown = parse(text)
  if (Check(Config, value)) return value
  const [, [error]] = Errors(Config, value)
  throw new TidemillError('declaration_invalid', {
    file,
    line: 1,
    column: 1,
    problem: `${error?.instancePath ?? ''} ${error?.message ?? 'is not a configuration'}`.trim(),
  })
}
