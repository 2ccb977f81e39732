import { operations, type Digest } from '#contract'
import { implement, implementDownload } from '../handler.ts'
import { checkGate } from '../steps/check-gate.ts'
import { moveAlias, swapEndpointsOf } from '../steps/move-alias.ts'
import { registerBest } from '../steps/retrain.ts'
import { registerRun } from '../steps/register-run.ts'

const { models } = operations

export const modelHandlers = [
  implement(models.list, async (_, { rooms }) => ({
    models: [...(await rooms.registry.models())],
  })),

  implement(models.get, async ({ name }, { rooms }) => ({
    model: await rooms.registry.model(name),
    versions: [...(await rooms.registry.versions(name))],
    history: [...(await rooms.registry.history(name))],
  })),

  implement(models.version, async ({ name, version }, { rooms }) => ({
    version: await rooms.registry.version(name, version),
    gates: [...(await rooms.registry.gateReports(name, version))],
  })),

  implement(models.register, async (input, { rooms, app, who }) => {
    const done = await registerRun(rooms, { ...input, model: input.name, by: who })
    app.events.emit('models', input.name)
    return done
  }),

  implement(models.requirements, async ({ name, requirements }, { rooms, app }) => {
    const model = await rooms.registry.setRequirements(name, requirements)
    app.events.emit('models', name)
    return { model }
  }),

  implement(models.gate, async ({ name, version }, { rooms, app, who }) => {
    const report = await checkGate(rooms, name, version, who)
    app.events.emit('models', name)
    return report
  }),

  implement(models.card, async ({ name, version, card }, { rooms, app, who }) => {
    const changed = await rooms.registry.setCard(name, version, card, who)
    app.events.emit('models', name)
    return { version: changed }
  }),

  implement(models.alias, async ({ name, alias, version, why }, { rooms, app, who }) => {
    const done = await moveAlias(rooms, {
      model: name,
      alias,
      version,
      by: who,
      why: why ?? 'by hand',
    })
    await app.auth.audit.record({
      who,
      what: 'models.alias',
      object: `${name}@${alias}`,
      detail: `version ${version}`,
    })
    app.events.emit('models', name)
    return done
  }),

  implement(models.best, async ({ name, promote }, { rooms, app, who }) => {
    const { version } = await registerBest(rooms, name, who)
    const gate = await checkGate(rooms, name, version, who)
    if (promote !== false && gate.passed) {
      await moveAlias(rooms, {
        model: name,
        alias: 'champion',
        version,
        by: who,
        why: 'the best run',
        gate,
      })
    }
    app.events.emit('models', name)
    return { version: await rooms.registry.version(name, version), gate }
  }),

  implement(models.rollback, async ({ name, alias, why }, { rooms, app, who }) => {
    const { model, change } = await rooms.registry.rollback(name, alias, {
      by: who,
      why: why ?? 'rolled back by hand',
    })
    await swapEndpointsOf(rooms, name, alias)
    app.events.emit('models', name)
    return { model, change }
  }),

  implementDownload(models.download, async ({ name, version }, { rooms }) => {
    const { digest } = await rooms.registry.version(name, version)
    return {
      bytes: await rooms.objects.get(digest as Digest),
      type: 'application/octet-stream',
      filename: `${name}-${version}.onnx`,
    }
  }),
]
