import type { Static } from 'typebox'
import { Type } from '../type.ts'
import { Id, Name, Time } from './common.ts'

/** How one part of a loop is: `none` is not there yet, `busy` works, `good`, `attention` wants a person, `bad` is broken. */
export const Health = Type.Enum(['none', 'good', 'busy', 'attention', 'bad'])
export type Health = Static<typeof Health>

/** One part of the picture of a loop. */
export const LoopPart = Type.Object({
  part: Type.Enum([
    'data',
    'runs',
    'model',
    'gate',
    'endpoint',
    'predictions',
    'monitor',
    'labels',
    'policy',
  ]),
  health: Health,
  /** The main thing: "version 3", "F1 0.66", "2 of 8 columns drifted". */
  headline: Type.String(),
  detail: Type.String(),
  /** Path of the page that shows it. */
  href: Type.String(),
  changedAt: Type.Optional(Time),
})
export type LoopPart = Static<typeof LoopPart>

export const Loop = Type.Object({
  model: Name,
  description: Type.String(),
  parts: Type.Array(LoopPart),
  /** What happened last, newest first. */
  events: Type.Array(
    Type.Object({ time: Time, part: Type.String(), text: Type.String(), href: Type.String() }),
  ),
})
export type Loop = Static<typeof Loop>

/** One difference between what is declared and what is. */
export const PlannedChange = Type.Object({
  kind: Type.Enum([
    'dataset',
    'features',
    'model',
    'endpoint',
    'monitor',
    'labeling',
    'policy',
    'retention',
  ]),
  name: Name,
  action: Type.Enum(['create', 'update', 'remove', 'none']),
  /** Field by field, as text. */
  changes: Type.Array(
    Type.Object({
      field: Type.String(),
      from: Type.Optional(Type.String()),
      to: Type.Optional(Type.String()),
    }),
  ),
})
export type PlannedChange = Static<typeof PlannedChange>

export const Decision = Type.Object({
  id: Id,
  policy: Name,
  model: Name,
  time: Time,
  due: Type.Boolean(),
  /** Each trigger with what it saw. */
  reasons: Type.Array(
    Type.Object({ trigger: Type.String(), due: Type.Boolean(), summary: Type.String() }),
  ),
  /** What came of it. */
  state: Type.Enum(['not_due', 'waiting', 'running', 'promoted', 'refused', 'unchanged', 'failed']),
  outcome: Type.Optional(Type.String()),
  job: Type.Optional(Id),
  challenger: Type.Optional(Type.Integer()),
  champion: Type.Optional(Type.Integer()),
  endedAt: Type.Optional(Time),
})
export type Decision = Static<typeof Decision>

export const Policy = Type.Object({
  name: Name,
  model: Name,
  on: Type.Array(Type.String()),
  last: Type.Optional(Decision),
})
export type Policy = Static<typeof Policy>
