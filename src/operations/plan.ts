import type { Declaration, PlannedChange } from '#contract'

/** The kinds in the order they are made, so that each finds what it names; removal goes the other way. */
export const kindsInOrder = [
  ['dataset', 'datasets'],
  ['features', 'features'],
  ['model', 'models'],
  ['endpoint', 'endpoints'],
  ['monitor', 'monitors'],
  ['labeling', 'labeling'],
  ['policy', 'policies'],
  ['retention', 'retention'],
] as const

/** What is different between what is declared and what was applied last, in the order to do it; equal things are listed as `none`. */
export function planChanges(declared: Declaration, applied: Declaration): readonly PlannedChange[] {
  const removals: PlannedChange[] = []
  const rest: PlannedChange[] = []
  for (const [kind, area] of kindsInOrder) {
    const now = (applied[area] ?? {}) as Readonly<Record<string, object>>
    const wanted = (declared[area] ?? {}) as Readonly<Record<string, object>>
    for (const [name, body] of Object.entries(wanted)) {
      const before = now[name]
      const changes = fieldChanges(before ?? {}, body)
      const action = before === undefined ? 'create' : changes.length > 0 ? 'update' : 'none'
      rest.push({ kind, name, action, changes })
    }
    for (const [name, body] of Object.entries(now)) {
      if (wanted[name] === undefined) {
        removals.unshift({ kind, name, action: 'remove', changes: fieldChanges(body, {}) })
      }
    }
  }
  return [...removals, ...rest]
}

function fieldChanges(from: object, to: object): PlannedChange['changes'] {
  const before = flatten(from)
  const after = flatten(to)
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field) => {
    const old = before.get(field)
    const now = after.get(field)
    if (old === now) return []
    return [
      {
        field,
        ...(old === undefined ? {} : { from: old }),
        ...(now === undefined ? {} : { to: now }),
      },
    ]
  })
}

/** Leaves by dotted path, as text. */
function flatten(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      flatten(each, path === '' ? key : `${path}.${key}`, into)
    }
  } else if (value !== undefined) {
    into.set(path, typeof value === 'string' ? value : JSON.stringify(value))
  }
  return into
}
