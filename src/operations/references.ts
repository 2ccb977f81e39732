import type { Declaration } from '#contract'

/** Names in a declaration that nothing declares, with the path of each. */
export function danglingReferences(
  declared: Declaration,
): readonly { readonly path: readonly string[]; readonly problem: string }[] {
  const problems: { path: readonly string[]; problem: string }[] = []
  const expect = (
    area: 'datasets' | 'models' | 'endpoints' | 'monitors',
    name: string,
    path: readonly string[],
  ): void => {
    const known = Object.keys(declared[area] ?? {})
    if (known.includes(name)) return
    const list = known.length > 0 ? known.join(', ') : 'none'
    problems.push({
      path,
      problem: `${path.join('.')} names ${name}, but ${area} has no such entry (${list})`,
    })
  }
  for (const [name, view] of Object.entries(declared.features ?? {})) {
    expect('datasets', view.dataset, ['features', name, 'dataset'])
  }
  for (const [name, model] of Object.entries(declared.models ?? {})) {
    expect('datasets', model.dataset, ['models', name, 'dataset'])
  }
  for (const [name, endpoint] of Object.entries(declared.endpoints ?? {})) {
    expect('models', endpoint.model, ['endpoints', name, 'model'])
  }
  for (const [name, monitor] of Object.entries(declared.monitors ?? {})) {
    expect('endpoints', monitor.endpoint, ['monitors', name, 'endpoint'])
  }
  for (const [name, queue] of Object.entries(declared.labeling ?? {})) {
    expect('endpoints', queue.endpoint, ['labeling', name, 'endpoint'])
    expect('datasets', queue.dataset, ['labeling', name, 'dataset'])
  }
  for (const [name, policy] of Object.entries(declared.policies ?? {})) {
    expect('models', policy.model, ['policies', name, 'model'])
    policy.on.forEach((trigger, index) => {
      if ('alarm' in trigger) {
        expect('monitors', trigger.alarm, ['policies', name, 'on', String(index), 'alarm'])
      }
    })
  }
  return problems
}
