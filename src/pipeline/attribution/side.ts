import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import { TidemillError } from '#contract/error'
import { headOf } from '../experiments/experiment-refs.ts'
import { commitWorkTree, ownFiles } from '../experiments/save-experiment.ts'
import { git } from '../git.ts'
import { loadPipeline } from '../load-pipeline.ts'
import type { Pipeline, Stage } from '../model.ts'
import { gitRevision, type PipelineSource } from '../pipeline-source.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts'

/** One of the two results that are compared. */
export interface Side {
  /** As the user named it. */
  readonly name: string
  readonly commit: string
  readonly source: PipelineSource
  readonly pipeline: Pipeline
  readonly own?: OwnMetrics
}

/** What a tracked run logged. */
export interface OwnMetrics {
  readonly values: Readonly<Record<string, number>>
  /** The address of the stage that made it. */
  readonly stage?: string
  /** Whether they go before what the commit has: it was put together for the run, and nothing was run at it. */
  readonly first: boolean
}

/** A commit with a name of its own. */
export interface NamedCommit {
  readonly name: string
  readonly commit: string
  readonly own?: OwnMetrics
}

/** A revision or the name of an experiment, `workspace`, or a commit with a name of its own. */
export type SideName = string | NamedCommit

/** Errors: `not_found`, `pipeline_invalid`. */
export function readSide(root: string, given: SideName): Side {
  const name = typeof given === 'string' ? given : given.name
  const commit = typeof given === 'string' ? commitNamed(root, given) : given.commit
  const source = gitRevision(root, commit)
  const own = typeof given === 'string' ? undefined : given.own
  const pipeline = loadPipeline(root, { source })
  return { name, commit, source, pipeline, ...(own === undefined ? {} : { own }) }
}

/**
 * The commit that a revision or the name of an experiment stands for; `workspace` is the work tree as it is, kept as a commit that
 * no branch points at. Errors: `not_found`.
 */
function commitNamed(root: string, name: string): string {
  if (name === 'workspace') return workspaceCommit(root)
  const found = git(root, ['rev-parse', '--verify', '--quiet', `${name}^{commit}`])?.trim()
  if (found !== undefined) return found
  const refs = (
    git(root, ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/exps']) ?? ''
  ).split('\n')
  const [commit] = refs.find((line) => line.endsWith(`/${name}`))?.split(' ') ?? []
  if (commit === undefined) throw new TidemillError('not_found', { kind: 'revision', name })
  return commit
}

function workspaceCommit(root: string): string {
  const pipeline = loadPipeline(root)
  const head = headOf(root)
  if (head === undefined)
    throw new TidemillError('conflict', {
      problem: `${root} has no commit to compare the work tree with: git commit the pipeline first.`,
    })
  const read = pipeline.stages.flatMap((stage) =>
    [...stage.deps, ...stage.params].map((each) => each.target),
  )
  const there = read.filter((path) => !path.startsWith('/') && existsSync(join(root, path)))
  const files = [...new Set([...ownFiles(pipeline), ...there])]
  return commitWorkTree(pipeline, head, files, 'the work tree as it was compared')
}

/** The content of a dvc.yaml, nothing where there is none. */
export function pipelineFile(source: PipelineSource, file: string): ValueMap {
  const text = source.read(file)
  const value = text === undefined ? undefined : readYaml(text, file).value
  return isMap(value) ? value : new Map<string, Value>()
}

/** Files that parameters come from: those that stages name, `vars` load, and each params.yaml beside a dvc.yaml. */
export function paramFiles({ pipeline, source }: Side): ReadonlySet<string> {
  const found = new Set(pipeline.stages.flatMap((stage) => stage.params.map((each) => each.target)))
  for (const { file, params } of pipeline.files) {
    const folder = dirname(file)
    const vars = pipelineFile(source, file).get('vars')
    const loaded = (isList(vars) ? vars : []).flatMap((each) =>
      typeof each === 'string' ? [join(folder, each.split(':')[0] ?? each)] : [],
    )
    for (const path of [join(folder, 'params.yaml'), ...params, ...loaded]) found.add(path)
  }
  return found
}

/** The key of the entry in dvc.yaml that a stage comes from. */
export function entryOfStage(stage: Stage): string {
  return `${stage.file}#${stage.group ?? stage.name}`
}
