import { inspector, restless, type Inspector } from '../changes.ts'
import type { Reason } from '../reason.ts'
import { withoutMissing } from './without-missing.ts'
import {
  buildGraph,
  connectedTo,
  downstreamOf,
  inOrder,
  isStage,
  neededBy,
  type Graph,
  type Node,
} from '../graph.ts'
import type { KeptRun } from '../cache/run-cache.ts'
import { openLocks } from '../lock-store.ts'
import type { Content } from '../files/content.ts'
import type { WorkspaceFiles } from '../files/workspace-files.ts'
import type { Entry, LockedStage, Pipeline, Stage } from '../model.ts'
import { valuesIdentical } from '../values/value.ts'
import { openRepository, type Repository } from '../repository.ts'
import { findTargets } from '../targets.ts'
import { withOutdated, type Looked } from '../versions/outdated-data.ts'
import type { Circumstances } from './circumstances.ts'

export type StageAction = 'run' | 'skip' | 'restore'

export interface StagePlan {
  readonly stage: string
  readonly action: StageAction
  readonly reasons: readonly Reason[]
}

export interface ScopeOptions {
  /** Stages, groups, dvc.yaml or .dvc files; those of the user's folder unless given. */
  readonly targets?: readonly string[]
  /** Targets are patterns of stage names. */
  readonly glob?: boolean
  /** The targets alone, without what they need. */
  readonly single?: boolean
  /** The targets and what needs them, in place of what they need. */
  readonly downstream?: boolean
  /** Everything that hangs together with the targets. */
  readonly pipeline?: boolean
  /** Every stage of the repository. */
  readonly all?: boolean
  /** A target that is a folder means every stage in it and below. */
  readonly recursive?: boolean
}

export interface PlanOptions extends ScopeOptions {
  readonly force?: boolean
  readonly runCache?: boolean
  /** Data that is nowhere here is no reason to run what recorded it. */
  readonly allowMissing?: boolean
  /** The environment that the stages would run in; this process's unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** The stages and data files that a run with these options looks at, each after what it needs. */
export function scopeOf(pipeline: Pipeline, graph: Graph, options: ScopeOptions): readonly Node[] {
  if (options.all) return inOrder(graph)
  const targets = findTargets(pipeline, graph, options.targets, {
    ...(options.glob ? { glob: true } : {}),
    ...(options.recursive ? { recursive: true } : {}),
  })
  if (options.pipeline) return inOrder(graph, [...connectedTo(graph, targets)])
  if (options.single) return targets
  if (!options.downstream) return inOrder(graph, targets)
  const below = downstreamOf(graph, targets)
  return inOrder(graph, [...below]).filter((node) => below.has(node))
}

/**
 * What a run would do with each stage, and why. A stage behind one that will run is planned to run too; whether it does is
 * known when the new outputs are: equal ones cut the run off there.
 */
export async function plan(
  pipeline: Pipeline,
  options: PlanOptions = {},
  repository: Repository = openRepository(pipeline.root),
): Promise<readonly StagePlan[]> {
  const graph = buildGraph(pipeline)
  const locks = openLocks(pipeline.root)
  const expected = new Map<string, Content>()
  const ahead = { ...repository, files: filesAhead(repository.files, expected) }
  const inspect = inspector(ahead, locks, options.env)
  const plans: (Looked & StagePlan)[] = []
  const running = new Map<Node, string[]>()
  for (const node of scopeOf(pipeline, graph, options)) {
    const upstream = neededBy(graph, node).flatMap((needed) => readBy(node, running.get(needed)))
    const { action, reasons, kept } = await planNode(node, upstream)
    if (action === 'run') {
      running.set(
        node,
        node.outs.map((out) => out.target),
      )
    }
    for (const out of kept ? node.outs : []) {
      const entry = kept?.outs.find((one) => one.path === out.path)
      if (entry?.md5 !== undefined)
        expected.set(out.target, { md5: entry.md5, size: entry.size ?? 0 })
    }
    if (isStage(node) || action === 'run')
      plans.push({ node, stage: node.address, action, reasons })
  }
  const told = await withOutdated(repository, plans)
  repository.state.save()
  return told.map(({ stage, action, reasons }) => ({ stage, action, reasons }))

  async function planNode(
    node: Node,
    upstream: readonly string[],
  ): Promise<Omit<StagePlan, 'stage'> & { readonly kept?: LockedStage }> {
    const all = await inspect.reasons(node)
    const found = options.allowMissing ? withoutMissing(all) : all
    const force = options.force === true && isStage(node)
    const forced: Reason[] = force
      ? [{ kind: 'forced', path: node.address, old: null, new: null }]
      : []
    const pending = upstream.map((path): Reason => ({
      kind: 'upstream',
      path,
      old: null,
      new: null,
    }))
    const reasons = [
      ...forced,
      ...found.filter((reason) => !upstream.includes(reason.path)),
      ...pending,
    ]
    if (reasons.length === 0) return { action: 'skip', reasons }
    if (force || pending.length > 0 || !isStage(node) || options.runCache === false) {
      return { action: 'run', reasons }
    }
    const kept = (await findRun(node, ahead, inspect, locks.get(node)))?.run
    return kept ? { action: 'restore', reasons, kept } : { action: 'run', reasons }
  }
}

/** Of the outputs of a stage before another those that the other reads. */
function readBy(node: Node, outs: readonly string[] = []): readonly string[] {
  const inputs = [...node.deps, ...(isStage(node) ? node.params : [])]
  const read = outs.filter((out) =>
    inputs.some(({ target }) => `${target}/`.startsWith(`${out}/`) || out.startsWith(`${target}/`)),
  )
  return read.length === 0 ? outs : read
}

/** The files as they will be when what is planned to be put back is. */
function filesAhead(files: WorkspaceFiles, expected: ReadonlyMap<string, Content>): WorkspaceFiles {
  return {
    ...files,
    content: async (target) => expected.get(target) ?? files.content(target),
  }
}

/** The recorded run whose outputs a stage can have in place of running: its own lock's when nothing but outputs changed. */
export async function findRun(
  stage: Stage,
  repository: Repository,
  inspect: Inspector,
  locked: LockedStage | undefined,
): Promise<KeptRun | undefined> {
  if (!canReuse(stage)) return undefined
  const inputs = await inspect.inputs(stage)
  if (!inputs) return undefined
  // a metric that Git keeps may lie in the work tree alone
  const inPlace = new Map<string, string>()
  for (const out of stage.outs) {
    const content = out.cache ? undefined : await repository.files.content(out.target)
    if (content) inPlace.set(out.path, content.md5)
  }
  const has = ({ path, md5 }: Entry) =>
    md5 !== undefined && (repository.cache.has(md5) || inPlace.get(path) === md5)
  const circumstances = inspect.circumstances(stage)
  const known = locked && repository.circumstances.of(stage, locked)
  const asBefore = !known || sameCircumstances(known, circumstances)
  if (locked && asBefore && sameInputs(inputs, locked) && locked.outs.every(has)) {
    const paths = new Set(locked.outs.map((out) => out.path))
    if (locked.outs.length === stage.outs.length && stage.outs.every((out) => paths.has(out.path)))
      return { run: locked }
  }
  return repository.runs.find(inputs, circumstances, has)
}

/** Whether what a stage makes follows from what it declares. */
export function canReuse(stage: Stage): boolean {
  return (
    !restless(stage) &&
    stage.deps.length + stage.params.length > 0 &&
    stage.outs.length > 0 &&
    stage.deps.every((dep) => !dep.target.startsWith('/')) &&
    stage.outs.every((out) => !out.persist && !out.target.startsWith('/'))
  )
}

function sameCircumstances(a: Circumstances, b: Circumstances): boolean {
  return a.wdir === b.wdir && JSON.stringify(a.env) === JSON.stringify(b.env)
}

function sameInputs(a: LockedStage, b: LockedStage): boolean {
  const deps = new Map(b.deps.map((dep) => [dep.path, dep.md5]))
  return (
    valuesIdentical(a.cmd, b.cmd) &&
    a.deps.length === b.deps.length &&
    a.deps.every((dep) => dep.md5 === deps.get(dep.path)) &&
    valuesIdentical(a.params, b.params)
  )
}
