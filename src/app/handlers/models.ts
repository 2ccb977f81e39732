import { operations, TidemillError, type Digest } from '#contract'
import { compareVersions, typescriptClient } from '#registry'
import { implement, implementDownload } from '../handler.ts'
import { isPerson } from '../is-person.ts'
import { asksLess } from '../steps/asks-less.ts'
import { checkGate } from '../steps/check-gate.ts'
import { requirementsByHand, requirementsOfFile } from '../steps/model-requirements.ts'
import { moveAlias } from '../steps/move-alias.ts'
import { registerBest } from '../steps/register-best.ts'
import { registerRun } from '../steps/register-run.ts'
import { rollBack } from '../steps/roll-back.ts'
import { versionLineage } from '../steps/version-lineage.ts'
import { modelChangeHandlers } from './model-changes.ts'
import { modelGuardHandlers, noteModel } from './model-guards.ts'

const { models } = operations

export const modelHandlers = [
  implement(models.list, async (_, { rooms }) => ({
    models: [...(await rooms.registry.models())],
  })),

  implement(models.get, async ({ name }, { rooms }) => {
    const model = await rooms.registry.model(name)
    return {
      model,
      fromFile: [...(await requirementsOfFile(rooms, model))],
      versions: [...(await rooms.registry.versions(name))],
      history: [...(await rooms.registry.history(name))],
    }
  }),

  implement(models.version, async ({ name, version }, { rooms }) => ({
    version: await rooms.registry.version(name, version),
    gates: [...(await rooms.registry.gateReports(name, version))],
  })),

  implement(models.register, async (input, { rooms, app, who }) => {
    const done = await registerRun(rooms, { ...input, model: input.name, by: who })
    app.events.emit('models', input.name)
    return done
  }),

  implement(models.requirements, async ({ name, requirements, before }, context) => {
    const { rooms, app, identity } = context
    const { requirements: read } = await rooms.registry.model(name)
    // Judged by what it replaces: what was read a moment ago may be less than that.
    const now = before ?? read
    const asked = await requirementsByHand(rooms, { name, requirements: now }, requirements)
    if (asksLess(now, asked)) app.auth.authorize(identity, 'models:guard', rooms.project)
    const model = await rooms.registry.setRequirements(name, asked, now)
    await noteModel(context, 'requirements', name, JSON.stringify(model.requirements))
    app.events.emit('models', name)
    return { model, fromFile: [...(await requirementsOfFile(rooms, model))] }
  }),

  implement(models.gate, async ({ name, version, alias = 'champion' }, { rooms, app, who }) => {
    const report = await checkGate(rooms, { model: name, version, alias, by: who })
    app.events.emit('models', name)
    return report
  }),

  implement(models.card, async ({ name, version, card }, { rooms, app, who }) => {
    const changed = await rooms.registry.setCard(name, version, card, who)
    app.events.emit('models', name)
    return { version: changed }
  }),

  implement(models.alias, async ({ name, alias, version, why }, context) => {
    const { rooms, app, who, identity } = context
    const wish = { model: name, alias, version, by: who, isPerson: await isPerson(app, identity) }
    try {
      const done = await moveAlias(rooms, { ...wish, why: why ?? 'by hand' })
      await noteModel(context, 'alias', `${name}@${alias}`, `version ${version}`)
      return done
    } finally {
      // A refusal changes something too: it leaves evidence, or a request.
      app.events.emit('models', name)
    }
  }),

  implement(models.best, async ({ name, promote }, context) => {
    const { rooms, app, who, identity } = context
    const { version } = await registerBest(rooms, name, who)
    const wish = { model: name, alias: 'champion', version, by: who }
    const gate = await checkGate(rooms, wish)
    if (promote !== false && gate.passed) {
      const voice = await isPerson(app, identity)
      await moveAlias(rooms, { ...wish, isPerson: voice, why: 'the best run', gate })
    }
    app.events.emit('models', name)
    return { version: await rooms.registry.version(name, version), gate }
  }),

  implement(models.rollback, async ({ name, alias, why, anyway = false }, context) => {
    const { rooms, app, who } = context
    const wish = { model: name, alias, by: who, anyway, why: why ?? 'rolled back by hand' }
    const done = await rollBack(rooms, wish)
    await noteModel(context, 'rollback', `${name}@${alias}`, `version ${done.change.to}`)
    app.events.emit('models', name)
    return done
  }),

  implement(models.cardEdits, async ({ name, version }, { rooms }) => ({
    edits: [...(await rooms.registry.cardEdits(name, version))],
  })),

  implement(models.compare, async ({ name, from, to }, { rooms }) => {
    const [before, after] = await Promise.all(
      [from, to].map(async (number) => ({
        version: await rooms.registry.version(name, number),
        manifest: await rooms.registry.manifest(name, number),
      })),
    )
    if (!before || !after) throw new TypeError('two versions are compared')
    return compareVersions(before, after)
  }),

  implement(models.lineage, ({ name, version }, { rooms }) => versionLineage(rooms, name, version)),

  implement(models.client, async ({ name, version, endpoint }, { rooms }) => {
    const of =
      version === undefined
        ? ((await rooms.registry.aliased(name, 'champion')) ??
          (await rooms.registry.versions(name))[0])
        : await rooms.registry.version(name, version)
    if (!of) throw new TidemillError('not_found', { kind: 'version of', name })
    const served = (await rooms.serving.listed()).find((each) => each.model === name)
    const made = { model: name, version: of.version, endpoint: endpoint ?? served?.name ?? name }
    const code = typescriptClient({ ...made, signature: of.signature })
    return { version: of.version, endpoint: made.endpoint, code }
  }),

  implementDownload(models.download, async ({ name, version }, { rooms }) => {
    const { digest } = await rooms.registry.version(name, version)
    return {
      bytes: await rooms.objects.get(digest as Digest),
      type: 'application/octet-stream',
      filename: `${name}-${version}.onnx`,
    }
  }),

  ...modelGuardHandlers,
  ...modelChangeHandlers,
]
