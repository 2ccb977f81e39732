import { operations } from '#contract'
import { implement } from '../handler.ts'
import { removeAlias, removeModel, removeVersion, renameModel } from '../steps/tend-model.ts'
import { noteModel } from './model-guards.ts'

const { models } = operations

export const modelChangeHandlers = [
  implement(models.describe, async ({ name, description }, { rooms, app }) => {
    const model = await rooms.registry.describeModel(name, description)
    app.events.emit('models', name)
    return { model }
  }),

  implement(models.rename, async ({ name, to }, context) => {
    const model = await renameModel(context.rooms, name, to, context)
    await noteModel(context, 'rename', name, to)
    context.app.events.emit('models', name)
    return { model }
  }),

  implement(models.remove, async ({ name, dry }, context) => {
    const removal = await removeModel(context.rooms, name, context, dry)
    if (removal.dry) return removal
    await noteModel(context, 'remove', name, '')
    context.app.events.emit('models', name)
    return removal
  }),

  implement(models.tag, async ({ name, key, value }, { rooms, app }) => {
    await rooms.registry.setModelTag(name, key, value)
    app.events.emit('models', name)
    return { done: true as const }
  }),

  implement(models.untag, async ({ name, key }, { rooms, app }) => {
    await rooms.registry.removeModelTag(name, key)
    app.events.emit('models', name)
    return { done: true as const }
  }),

  implement(models.describeVersion, async (input, { rooms, app }) => {
    const { name, version: number, description } = input
    const version = await rooms.registry.describeVersion(name, number, description)
    app.events.emit('models', name)
    return { version }
  }),

  implement(models.removeVersion, async ({ name, version, dry }, context) => {
    const removal = await removeVersion(context.rooms, name, version, context, dry)
    if (removal.dry) return removal
    await noteModel(context, 'removeVersion', `${name}/${version}`, '')
    context.app.events.emit('models', name)
    return removal
  }),

  implement(models.tagVersion, async ({ name, version, key, value }, { rooms, app }) => {
    await rooms.registry.setVersionTag(name, version, key, value)
    app.events.emit('models', name)
    return { done: true as const }
  }),

  implement(models.untagVersion, async ({ name, version, key }, { rooms, app }) => {
    await rooms.registry.removeVersionTag(name, version, key)
    app.events.emit('models', name)
    return { done: true as const }
  }),

  implement(models.unalias, async ({ name, alias, why = 'by hand' }, context) => {
    await context.rooms.registry.model(name)
    const change = await removeAlias(context.rooms, name, alias, { by: context.who, why })
    await noteModel(context, 'removeAlias', `${name}@${alias}`, '')
    context.app.events.emit('models', name)
    return { change }
  }),
]
