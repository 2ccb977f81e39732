import { randomUUID } from 'node:crypto'
import { TidemillError } from '#contract'
import { checkCallOut, type CallOutRules } from '#http'
import type { Webhook, WebhookEvent } from '#registry'
import { deliver } from '../../steps/deliver-webhook.ts'
import { exampleEvents } from '../../steps/webhook-events.ts'
import { missing, wrong, type Input } from './input.ts'
import type { Call, MlflowRoute } from './route.ts'

const path = '2.0/mlflow/webhooks'
const permission = 'models:promote'

function rulesOf({ app }: Call): CallOutRules {
  return { allowPrivate: app.config.webhooks?.allowPrivate ?? false }
}

function nameOf(input: Input): string {
  const name = input.need('name')
  if (/^[a-z\d][\w.-]{0,62}$/i.test(name)) return name
  throw wrong('name', name, '1 to 63 letters, digits, . _ and -, beginning with a letter or digit')
}

async function urlOf(call: Call): Promise<string> {
  const url = call.input.need('url')
  if (url.length > 500) throw wrong('url', url.slice(0, 60), 'at most 500 characters')
  await checkCallOut(url, rulesOf(call))
  return url
}

function eventOf(input: Input): WebhookEvent {
  const [entity, action] = [input.need('entity').toLowerCase(), input.need('action').toLowerCase()]
  const event: WebhookEvent = `${entity}.${action}`
  if (Object.hasOwn(exampleEvents, event)) return event
  throw wrong('events', event, Object.keys(exampleEvents).join(', '))
}

function statusOf(input: Input): boolean | undefined {
  const status = input.text('status')
  if (status === undefined) return undefined
  if (status === 'ACTIVE' || status === 'DISABLED') return status === 'ACTIVE'
  throw wrong('status', status, 'ACTIVE or DISABLED')
}

async function changeOf(call: Call) {
  const { input, rooms } = call
  const [description, secret, isActive] = [
    input.text('description'),
    input.text('secret') ?? '',
    statusOf(input),
  ]
  return {
    ...(description === undefined ? {} : { description: description.slice(0, 1000) }),
    ...(isActive === undefined ? {} : { isActive }),
    ...(secret === '' ? {} : { secret: await rooms.sealed.seal(secret) }),
  }
}

function webhookWire({ id, name, description, url, events, isActive, ...times }: Webhook): object {
  return {
    ...{ webhook_id: id, name, url },
    ...(description === '' ? {} : { description }),
    events: events.map(eventWire),
    status: isActive ? 'ACTIVE' : 'DISABLED',
    creation_timestamp: times.createdAt,
    last_updated_timestamp: times.updatedAt,
  }
}

function eventWire(event: WebhookEvent): object {
  const [entity = '', action = ''] = event.split('.')
  return { entity: entity.toUpperCase(), action: action.toUpperCase() }
}

const noted = async ({ app, who }: Call, what: string, { name, url }: Webhook): Promise<void> =>
  app.auth.audit.record({ who, what: `webhooks.${what}`, object: name, detail: url })

export const webhookRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path,
    permission,
    async run(call) {
      const events = call.input.list('events').map(eventOf)
      if (events.length === 0) throw missing('events')
      const webhook = await call.rooms.webhooks.create({
        name: nameOf(call.input),
        url: await urlOf(call),
        events: [...new Set(events)],
        ...(await changeOf(call)),
      })
      await noted(call, 'create', webhook)
      return { webhook: webhookWire(webhook) }
    },
  },
  {
    method: 'GET',
    path,
    permission,
    async run({ rooms, input }) {
      const limit = input.integer('max_results') ?? 100
      if (limit < 1 || limit > 1000) throw wrong('max_results', limit, 'a number from 1 to 1000')
      const after = input.text('page_token') ?? ''
      const rest = (await rooms.webhooks.list()).filter(({ id }) => id > after)
      const shown = rest.slice(0, limit)
      const last = shown.at(-1)
      return {
        webhooks: shown.map(webhookWire),
        ...(rest.length > limit && last ? { next_page_token: last.id } : {}),
      }
    },
  },
  {
    method: 'GET',
    path: `${path}/:webhook_id`,
    permission,
    run: async ({ rooms, input }) => ({
      webhook: webhookWire(await rooms.webhooks.get(input.need('webhook_id'))),
    }),
  },
  {
    method: 'PATCH',
    path: `${path}/:webhook_id`,
    permission,
    async run(call) {
      const { input, rooms } = call
      const events = input.list('events').map(eventOf)
      const webhook = await rooms.webhooks.update(input.need('webhook_id'), {
        ...(input.text('name') === undefined ? {} : { name: nameOf(input) }),
        ...(input.text('url') === undefined ? {} : { url: await urlOf(call) }),
        ...(events.length === 0 ? {} : { events: [...new Set(events)] }),
        ...(await changeOf(call)),
      })
      await noted(call, 'update', webhook)
      return { webhook: webhookWire(webhook) }
    },
  },
  {
    method: 'DELETE',
    path: `${path}/:webhook_id`,
    permission,
    async run(call) {
      const webhook = await call.rooms.webhooks.get(call.input.need('webhook_id'))
      await call.rooms.webhooks.remove(webhook.id)
      await noted(call, 'remove', webhook)
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/:webhook_id/test`,
    permission,
    async run(call) {
      const { rooms, input } = call
      const webhook = await rooms.webhooks.get(input.need('webhook_id'))
      const given = input.object('event')
      const event = given ? eventOf(given) : (webhook.events[0] ?? 'registered_model.created')
      const data = exampleEvents[event] ?? {}
      const delivery = { event, data, id: randomUUID(), time: rooms.clock.now() }
      try {
        // What the address answers stays there: an address inside would else be read through this one.
        const status = await deliver(rooms, webhook, delivery, rulesOf(call))
        return { result: { success: status < 400, response_status: status } }
      } catch (error) {
        if (!(error instanceof TidemillError)) throw error
        return { result: { success: false, error_message: error.message } }
      }
    },
  },
]
