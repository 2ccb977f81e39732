import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import { addStageText } from '../definition/edit-stages.ts'
import { hideFromGit } from '../files/git-ignore.ts'
import { stageInGit } from '../files/stage-in-git.ts'
import { loadPipeline } from '../load-pipeline.ts'
import { replaceFile } from '../lock-store.ts'
import type { Pipeline } from '../model.ts'
import { openRepository, readText } from '../repository.ts'
import { withRepositoryLock } from '../run/repository-lock.ts'
import { compareText } from '../values/python-text.ts'
import type { Value } from '../values/value.ts'

/** A stage as `dvc stage add` takes it; paths as the stage will name them. */
export interface NewStage {
  readonly name: string
  readonly cmd: string
  readonly wdir?: string
  readonly desc?: string
  readonly deps?: readonly string[]
  /** `key`, `key,key`, `file:key,key`, or `file:` for the whole file. */
  readonly params?: readonly string[]
  readonly outs?: readonly string[]
  readonly outsNoCache?: readonly string[]
  readonly outsPersist?: readonly string[]
  readonly outsPersistNoCache?: readonly string[]
  readonly metrics?: readonly string[]
  readonly metricsNoCache?: readonly string[]
  readonly plots?: readonly string[]
  readonly plotsNoCache?: readonly string[]
  readonly alwaysChanged?: boolean
}

/**
 * Writes a stage into the dvc.yaml of the user's folder and hides its outputs from Git; returns the files that changed. What DVC
 * would refuse is refused, and the file stays as it was. Errors: `already_exists` unless `force`, `pipeline_invalid`, `conflict`.
 */
export async function addStage(
  pipeline: Pipeline,
  stage: NewStage,
  options: { readonly force?: boolean } = {},
): Promise<readonly string[]> {
  const repository = openRepository(pipeline.root)
  const folder = join(pipeline.root, pipeline.folder)
  const file = join(folder, 'dvc.yaml')
  if (!/^[^\s!"#$%&'()*+,./:;<=>?@[\\\]^`{|}~]+$/.test(stage.name)) {
    throw new TidemillError('bad_request', {
      problem: `"${stage.name}" cannot name a stage: letters, digits, - and _ can.`,
    })
  }
  return withRepositoryLock(repository, async () => {
    const before = readText(file)
    const own = join(pipeline.folder, 'dvc.yaml')
    const present = pipeline.stages.some(
      (each) => each.file === own && (each.group ?? each.name) === stage.name,
    )
    if (present && !options.force)
      throw new TidemillError('already_exists', { kind: 'stage', name: stage.name })
    const text = addStageText(before ?? '', stage.name, stageFields(stage))
    if (text === undefined) {
      throw new TidemillError('conflict', {
        problem: `The stages of ${file} are written in one line; add the stage there by hand.`,
      })
    }
    replaceFile(file, text)
    try {
      const made = loadPipeline(folder).stages.filter(
        (each) => each.file === own && each.name === stage.name,
      )
      const kept = made.flatMap((each) => each.outs.filter((out) => out.cache))
      const hidden = hideFromGit(
        pipeline.root,
        kept.map((out) => out.target),
      )
      stageInGit(repository, [own, ...hidden])
      return [own, ...hidden]
    } catch (error) {
      if (before === undefined) rmSync(file)
      else replaceFile(file, before)
      throw error
    }
  })
}

/** The fields of a stage in DVC's order, paths sorted. */
function stageFields(stage: NewStage): ReadonlyMap<string, Value> {
  const outputs = (...groups: readonly (readonly [readonly string[] | undefined, Flags])[]) =>
    groups
      .flatMap(([paths, flags]) => (paths ?? []).map((path) => ({ path, flags })))
      .sort((a, b) => compareText(a.path, b.path))
      .map(({ path, flags }): Value =>
        Object.keys(flags).length === 0
          ? path
          : new Map([[path, new Map<string, Value>(Object.entries(flags))]]),
      )
  const all: readonly (readonly [string, Value | undefined])[] = [
    ['desc', stage.desc],
    ['cmd', stage.cmd],
    ['wdir', stage.wdir === '.' ? undefined : stage.wdir],
    ['deps', [...(stage.deps ?? [])].sort(compareText)],
    ['params', paramFields(stage.params ?? [])],
    [
      'outs',
      outputs(
        [stage.outs, {}],
        [stage.outsNoCache, { cache: false }],
        [stage.outsPersist, { persist: true }],
        [stage.outsPersistNoCache, { cache: false, persist: true }],
      ),
    ],
    ['metrics', outputs([stage.metrics, {}], [stage.metricsNoCache, { cache: false }])],
    ['plots', outputs([stage.plots, {}], [stage.plotsNoCache, { cache: false }])],
    ['always_changed', stage.alwaysChanged ? true : undefined],
  ]
  const given = all.flatMap(([key, value]): [string, Value][] =>
    value === undefined || (Array.isArray(value) && value.length === 0) ? [] : [[key, value]],
  )
  return new Map(given)
}

type Flags = Readonly<Record<string, boolean>>

function paramFields(params: readonly string[]): Value {
  const files = new Map<string, Set<string> | 'whole'>()
  for (const item of params) {
    const colon = item.lastIndexOf(':')
    const file = colon === -1 ? 'params.yaml' : item.slice(0, colon)
    const keys = item
      .slice(colon + 1)
      .split(',')
      .filter((key) => key !== '')
    const known = files.get(file)
    if (keys.length === 0) files.set(file, 'whole')
    else if (known !== 'whole') files.set(file, new Set([...(known ?? []), ...keys]))
  }
  const own = files.get('params.yaml')
  // keys of the default file stand alone; whole files and others follow by name
  const keys = own === undefined || own === 'whole' ? [] : [...own]
  const others = [...files].filter(([file, each]) => file !== 'params.yaml' || each === 'whole')
  return [
    ...keys.sort(compareText),
    ...others
      .sort(([a], [b]) => compareText(a, b))
      .map(
        ([file, each]) => new Map([[file, each === 'whole' ? null : [...each].sort(compareText)]]),
      ),
  ]
}
