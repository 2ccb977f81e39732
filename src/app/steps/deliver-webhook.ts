import { createHmac, randomUUID } from 'node:crypto'
import { callOut, type CallOutRules } from '#http'
import type { Webhook, Webhooks } from '#registry'
import type { Clock, JobQueue } from '#store'
import type { Sealed } from '../sealed.ts'
import type { Happened } from './webhook-events.ts'

export interface Delivery extends Happened {
  readonly webhook: string
  /** The same at each attempt, so that a receiver can tell a second one. */
  readonly id: string
  readonly time: number
}

const attempts = 6

/** Puts what happened in the queue, once for each webhook that wants to hear of it. */
export async function announce(
  {
    webhooks,
    jobs,
    clock,
  }: { readonly webhooks: Webhooks; readonly jobs: JobQueue; readonly clock: Clock },
  happened: Happened,
): Promise<void> {
  for (const { id, isActive, events } of await webhooks.list()) {
    if (!isActive || !events.includes(happened.event)) continue
    const payload: Delivery = { ...happened, webhook: id, id: randomUUID(), time: clock.now() }
    await jobs.add({ kind: 'mlflow-webhook', payload, maxAttempts: attempts })
  }
}

/** Sends one delivery with its signature; answers the status. */
export async function deliver(
  rooms: { readonly sealed: Sealed; readonly clock: Clock },
  { url, secret }: Webhook,
  { event, data, id, time }: Omit<Delivery, 'webhook'>,
  rules: CallOutRules,
): Promise<number> {
  const [entity, action] = event.split('.')
  const timestamp = new Date(time).toISOString().replace('Z', '+00:00')
  const body = JSON.stringify({ entity, action, timestamp, data })
  const seconds = String(Math.floor(rooms.clock.now() / 1000))
  const key = secret === undefined ? undefined : await rooms.sealed.open(secret)
  const signature =
    key === undefined
      ? {}
      : {
          'X-MLflow-Signature': `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`,
        }
  const headers = {
    'content-type': 'application/json',
    'X-MLflow-Delivery-Id': id,
    'X-MLflow-Timestamp': seconds,
    ...signature,
  }
  return callOut({ url, headers, body }, rules)
}
