import type { Selectable } from 'kysely'
import { newId, TidemillError } from '#contract'
import type { Clock, Metadata } from '#store'

interface WebhookTables {
  webhooks: {
    id: string
    name: string
    description: string
    url: string
    events: string
    status: string
    secret: string | null
    created_at: number
    updated_at: number
  }
}

/** What a webhook hears of: `model_version.created`. */
export type WebhookEvent = `${string}.${string}`

export interface Webhook {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly url: string
  readonly events: readonly WebhookEvent[]
  readonly isActive: boolean
  /** As it was given to be kept: sealed. */
  readonly secret?: string
  readonly createdAt: number
  readonly updatedAt: number
}

export type WebhookChange = Partial<
  Pick<Webhook, 'name' | 'description' | 'url' | 'events' | 'isActive' | 'secret'>
>

/** Addresses that are told of changes of models and prompts. */
export interface Webhooks {
  list(): Promise<readonly Webhook[]>
  get(id: string): Promise<Webhook>
  create(given: Pick<Webhook, 'name' | 'url' | 'events'> & WebhookChange): Promise<Webhook>
  update(id: string, change: WebhookChange): Promise<Webhook>
  remove(id: string): Promise<void>
}

export function openWebhooks(metadata: Metadata, clock: Clock): Webhooks {
  const database = metadata.tables<WebhookTables>()

  async function get(id: string): Promise<Webhook> {
    const row = await database
      .selectFrom('webhooks')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) throw new TidemillError('not_found', { kind: 'webhook', name: id })
    return webhookOf(row)
  }

  return {
    get,

    async list() {
      const rows = await database.selectFrom('webhooks').selectAll().orderBy('id').execute()
      return rows.map(webhookOf)
    },

    async create({ name, url, events, description = '', isActive = true, secret }) {
      const id = newId(clock.now())
      const times = { created_at: clock.now(), updated_at: clock.now() }
      await database
        .insertInto('webhooks')
        .values({
          ...{ id, name, url, description, events: JSON.stringify(events) },
          ...{ status: isActive ? 'active' : 'disabled', secret: secret ?? null, ...times },
        })
        .execute()
      return get(id)
    },

    async update(id, { events, isActive, ...rest }) {
      await get(id)
      await database
        .updateTable('webhooks')
        .set({
          ...rest,
          ...(events === undefined ? {} : { events: JSON.stringify(events) }),
          ...(isActive === undefined ? {} : { status: isActive ? 'active' : 'disabled' }),
          updated_at: clock.now(),
        })
        .where('id', '=', id)
        .execute()
      return get(id)
    },

    async remove(id) {
      await get(id)
      await database.deleteFrom('webhooks').where('id', '=', id).execute()
    },
  }
}

function webhookOf(row: Selectable<WebhookTables['webhooks']>): Webhook {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    url: row.url,
    events: JSON.parse(row.events) as readonly WebhookEvent[],
    isActive: row.status === 'active',
    ...(row.secret === null ? {} : { secret: row.secret }),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
