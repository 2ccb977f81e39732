import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Done, Name } from '../shapes/common.ts'
import { Retention, RetentionEffect, RetentionRule } from '../shapes/retention.ts'

const effects = Type.Object({
  effects: Type.Array(RetentionEffect),
  /** Of objects that nothing names any more. */
  bytes: Type.Integer(),
})

/** Rules for which runs are kept. */
export const retention = {
  list: operation({
    name: 'retention.list',
    method: 'GET',
    path: '/api/retention',
    permission: 'tracking:read',
    summary: 'Rules for which runs are kept',
    input: Type.Object({}),
    output: Type.Object({ rules: Type.Array(Retention) }),
  }),
  set: operation({
    name: 'retention.set',
    method: 'PUT',
    path: '/api/retention/:name',
    permission: 'tracking:manage',
    summary: 'Makes or changes a rule; it is applied every hour',
    input: Type.Object({ name: Name, rule: RetentionRule }),
    output: Type.Object({ rule: Retention }),
  }),
  remove: operation({
    name: 'retention.remove',
    method: 'DELETE',
    path: '/api/retention/:name',
    permission: 'tracking:manage',
    summary: 'Removes a rule; what it hid stays hidden',
    input: Type.Object({ name: Name }),
    output: Done,
  }),
  preview: operation({
    name: 'retention.preview',
    method: 'POST',
    path: '/api/retention/preview',
    permission: 'tracking:read',
    summary: 'What the rules, or one that is not kept yet, would do now',
    input: Type.Object({ rule: Type.Optional(RetentionRule) }),
    output: effects,
  }),
  apply: operation({
    name: 'retention.apply',
    method: 'POST',
    path: '/api/retention/apply',
    permission: 'tracking:manage',
    summary: 'Applies the rules now',
    input: Type.Object({}),
    output: effects,
  }),
}
