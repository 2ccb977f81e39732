import { operations, TidemillError, type Consumer } from '#contract'
import { payloadType, statementOf } from '#registry'
import { implement, type Context } from '../handler.ts'
import { isPerson } from '../is-person.ts'
import { reliesOnLess } from '../steps/asks-less.ts'
import { approveRequest } from '../steps/approve-request.ts'
import { checkConsumer } from '../steps/check-consumer.ts'
import { openSubject } from '../steps/gate-subject.ts'
import { moveAlias } from '../steps/move-alias.ts'
import { verifyVersion } from '../steps/verify-version.ts'

const { models } = operations

/** Writes down who did what to a model. */
export function noteModel(
  { app, who }: Context,
  what: string,
  object: string,
  detail: string,
): Promise<void> {
  return app.auth.audit.record({ who, what: `models.${what}`, object, detail })
}

/** Only a person's word counts for or against a request. */
async function requirePerson({ app, identity }: Context): Promise<void> {
  if (await isPerson(app, identity)) return
  const problem = `${identity.name} is a service account; approvals are given by persons.`
  throw new TidemillError('conflict', { problem })
}

async function consumerNamed(
  { rooms }: Context,
  model: string,
  name: string,
): Promise<Consumer | undefined> {
  return (await rooms.registry.consumers(model)).find((each) => each.name === name)
}

/** Whoever declared what an application relies on may take it back; for others it is a guard like another. */
function requireOwnOrGuard({ app, identity, who, rooms }: Context, { declaredBy }: Consumer): void {
  if (declaredBy !== who) app.auth.authorize(identity, 'models:guard', rooms.project)
}

export const modelGuardHandlers = [
  implement(models.policy, async ({ name, alias, ...policy }, context) => {
    const { rooms, app } = context
    await rooms.registry.setPolicy(name, alias, policy)
    await noteModel(context, 'policy', `${name}@${alias}`, JSON.stringify(policy))
    app.events.emit('models', name)
    return { model: await rooms.registry.model(name) }
  }),

  implement(models.consumers, async ({ name }, { rooms }) => ({
    consumers: [...(await rooms.registry.consumers(name))],
  })),

  implement(models.setConsumer, async ({ name, consumer: consumerName, contract }, context) => {
    const { rooms, app, who } = context
    const alias = contract.alias ?? 'champion'
    const before = await consumerNamed(context, name, consumerName)
    if (before && reliesOnLess(before.contract, contract)) requireOwnOrGuard(context, before)
    // It stays whose it was: who may take it away is who said first what the application relies on.
    const declaredBy = before?.declaredBy ?? who
    const declared = { name: consumerName, model: name, alias, contract, declaredBy }
    const consumer = await rooms.registry.setConsumer({ ...declared, fromFile: false })
    await noteModel(context, 'setConsumer', `${name} for ${consumerName}`, alias)
    app.events.emit('models', name)
    const now = await rooms.registry.aliased(name, alias)
    if (!now) return { consumer }
    const subject = await openSubject(rooms, name, now.version, alias)
    try {
      return { consumer, check: await checkConsumer(consumer, subject) }
    } finally {
      await subject.close()
    }
  }),

  implement(models.removeConsumer, async ({ name, consumer }, context) => {
    const before = await consumerNamed(context, name, consumer)
    if (before) requireOwnOrGuard(context, before)
    await context.rooms.registry.removeConsumer(name, consumer)
    await noteModel(context, 'removeConsumer', `${name} for ${consumer}`, '')
    context.app.events.emit('models', name)
    return { done: true as const }
  }),

  implement(models.breaks, async ({ name, version }, { rooms }) => {
    const checks = []
    for (const consumer of await rooms.registry.consumers(name)) {
      const subject = await openSubject(rooms, name, version, consumer.alias)
      try {
        checks.push(await checkConsumer(consumer, subject))
      } finally {
        await subject.close()
      }
    }
    return { checks }
  }),

  implement(models.requests, async ({ name }, { rooms }) => {
    await rooms.registry.model(name)
    return { requests: [...(await rooms.registry.requests(name))] }
  }),

  implement(models.ask, async ({ name, alias, version, why = '' }, context) => {
    const { rooms, app, who, identity } = context
    const wish = { model: name, alias, version, by: who, isPerson: await isPerson(app, identity) }
    try {
      const { change } = await moveAlias(rooms, { ...wish, why })
      await noteModel(context, 'alias', `${name}@${alias}`, `version ${version}`)
      return { change }
    } catch (error) {
      if (!(error instanceof TidemillError) || error.code !== 'approval_needed') throw error
      const request = await rooms.registry.request(name, String(error.details.request))
      await noteModel(context, 'ask', `${name}@${alias}`, `version ${version}, ${request.id}`)
      return { request }
    } finally {
      app.events.emit('models', name)
    }
  }),

  implement(models.approve, async ({ name, request: id, message = '' }, context) => {
    const { rooms, app, who } = context
    await requirePerson(context)
    try {
      const done = await approveRequest(rooms, name, id, { who, message })
      const moved = done.change === undefined ? '' : `, version ${done.change.to}`
      await noteModel(context, 'approve', `${name}@${done.request.alias}`, `${id}${moved}`)
      return done
    } finally {
      app.events.emit('models', name)
    }
  }),

  implement(models.reject, async ({ name, request: id, message = '' }, context) => {
    const { rooms, app, who } = context
    await requirePerson(context)
    const request = await rooms.registry.reject(name, id, { who, message })
    await noteModel(context, 'reject', `${name}@${request.alias}`, id)
    app.events.emit('models', name)
    return { request }
  }),

  implement(models.keys, async (_, { rooms }) => ({ keys: [...(await rooms.registry.keys())] })),

  implement(models.trustKey, async ({ name, publicKey }, context) => {
    const key = await context.rooms.registry.trustKey(name, publicKey, context.who)
    await noteModel(context, 'trustKey', name, key.id)
    context.app.events.emit('models', name)
    return { key }
  }),

  implement(models.revokeKey, async ({ key: name }, context) => {
    const key = await context.rooms.registry.revokeKey(name, context.who)
    await noteModel(context, 'revokeKey', key.name, key.id)
    context.app.events.emit('models', key.name)
    return { key }
  }),

  implement(models.statement, async ({ name, version }, { rooms }) => {
    const manifest = await rooms.registry.manifest(name, version)
    if (manifest) return { payloadType, statement: statementOf(name, manifest) }
    const problem = `Version ${version} of ${name} has no manifest: its files are in another store, or it was registered before manifests were kept.`
    throw new TidemillError('conflict', { problem })
  }),

  implement(models.sign, async ({ name, version, envelope }, context) => {
    const { rooms, app, who } = context
    const signature = await rooms.registry.addSignature(name, version, envelope, who)
    await noteModel(context, 'sign', `${name}/${version}`, signature.keyName)
    app.events.emit('models', name)
    return { signature }
  }),

  implement(models.verify, async ({ name, version }, { rooms }) =>
    verifyVersion(rooms, await rooms.registry.version(name, version)),
  ),
]
