import type { LockedStage, Stage } from './model.ts'
import type { Reason } from './reason.ts'
import { toPlain, type Plain } from './values/plain.ts'

/** Inputs that the entry has and the stage no longer names: what was made with them may be other without. */
export function droppedReasons(stage: Stage, locked: LockedStage): Reason[] {
  const dropped = (kind: 'dep' | 'param', path: string, old: Plain): Reason => ({
    kind,
    path,
    old,
    new: null,
    state: 'not declared',
  })
  const deps = new Set(stage.deps.map((dep) => dep.path))
  const params = new Map(stage.params.map((each) => [each.path, each]))
  return [
    ...locked.deps.flatMap((entry) =>
      deps.has(entry.path) ? [] : [dropped('dep', entry.path, entry.md5 ?? null)],
    ),
    ...[...locked.params].flatMap(([file, values]) => {
      const declared = params.get(file)
      if (declared?.keys.length === 0) return []
      const gone = [...values].filter(([key]) => !declared?.keys.includes(key))
      return gone.map(([key, value]) => dropped('param', `${file}:${key}`, toPlain(value)))
    }),
  ]
}
