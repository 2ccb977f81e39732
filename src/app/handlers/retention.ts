import { operations } from '#contract'
import { implement, type Context } from '../handler.ts'
import { applyRetention } from '../steps/apply-retention.ts'

const { retention } = operations

export const retentionHandlers = [
  implement(retention.list, async (_, { rooms }) => ({
    rules: [...(await rooms.tracking.retentionRules())],
  })),

  implement(retention.set, async ({ name, rule }, context) => {
    const made = await context.rooms.tracking.setRetention(name, rule, context.who)
    await note(context, 'retention.set', name, JSON.stringify(rule))
    return { rule: made }
  }),

  implement(retention.remove, async ({ name }, context) => {
    await context.rooms.tracking.removeRetention(name)
    await note(context, 'retention.remove', name, '')
    return { done: true as const }
  }),

  implement(retention.preview, async ({ rule }, { rooms }) => {
    const rules = rule ? [{ name: 'preview', rule }] : await rooms.tracking.retentionRules()
    const { effects, bytes } = await applyRetention(rooms, rules, { dry: true })
    return { effects: [...effects], bytes }
  }),

  implement(retention.apply, async (_, context) => {
    const { rooms, app } = context
    const rules = await rooms.tracking.retentionRules()
    const { effects, bytes } = await applyRetention(rooms, rules, {
      dry: false,
      onEffect: ({ name, hides, purges }) =>
        note(context, 'retention.apply', name, `${hides} hidden, ${purges} ended`),
    })
    app.events.emit('runs', '*')
    return { effects: [...effects], bytes }
  }),
]

function note({ app, who }: Context, what: string, object: string, detail: string): Promise<void> {
  return app.auth.audit.record({ who, what, object, detail })
}
