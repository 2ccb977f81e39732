import { join } from 'node:path'
import { TidemillError } from '#contract/error'
import { commitContent, contentToKeep, relink } from '../cache/outputs.ts'
import type { RunAbout } from '../cache/run-cache.ts'
import { entryOf } from '../changes.ts'
import { linkTypes } from '../config.ts'
import { dotDvcText } from '../definition/dot-dvc.ts'
import { hideFromGit } from '../files/git-ignore.ts'
import type { Content } from '../files/content.ts'
import { replaceFile } from '../lock-store.ts'
import type { DataFile, Entry, LockedStage, Output, Stage } from '../model.ts'
import { readText } from '../repository.ts'
import { isList, type Value } from '../values/value.ts'
import { missingDependency, missingOutput, missingParameter } from './missing-input.ts'
import { canReuse } from './plan.ts'
import type { RecordContext } from './runner-context.ts'

/**
 * Keeps what lies at the outputs and writes the lock entry: from here on the stage is believed. `about` is given for what a run
 * made; without it nothing is put among the runs.
 */
export async function record(
  context: RecordContext,
  stage: Stage,
  inputs: LockedStage,
  about?: RunAbout,
): Promise<void> {
  const { repository, locks } = context
  const outs: Entry[] = []
  const noted: Output[] = []
  for (const out of stage.outs) {
    const content = await contentOf(context, out)
    if (!content || repository.ignored.ignored(out.target, content.manifest !== undefined)) {
      throw new TidemillError('output_missing', { stage: stage.address, path: out.target })
    }
    outs.push(entryOf(out.path, content))
    noted.push(out)
  }
  const locked: LockedStage = { ...inputs, outs }
  const keepRun =
    context.commit && canReuse(stage) && !stage.outs.some((out) => !out.cache && out.kind === 'out')
  if (context.commit) {
    for (const out of noted) {
      if (!out.cache && !keepRun) continue
      const content = await repository.files.content(out.target)
      if (!content) continue
      await commitContent(repository, out.target, content)
      if (out.cache && context.relink !== false)
        await relink(repository, out.target, content, linkTypes(repository.config))
    }
  }
  hideFromGit(
    repository.root,
    stage.outs.filter((out) => out.cache).map((out) => out.target),
  )
  const circumstances = context.inspect.circumstances(stage)
  // the run comes before the lock: a lock entry says that nothing is left to do
  if (keepRun && about) repository.runs.save(locked, circumstances, about)
  repository.circumstances.set(stage, locked, circumstances)
  locks.set(stage, locked)
}

function contentOf(
  { repository, commit }: RecordContext,
  { target, cache }: Output,
): Promise<Content | undefined> {
  return commit && cache ? contentToKeep(repository, target) : repository.files.content(target)
}

/** Records what lies at the outputs of a stage as made from what lies at its dependencies, without running it. */
export async function recordStage(context: RecordContext, stage: Stage): Promise<void> {
  await requireDependencies(context, stage)
  await record(context, stage, await recordedInputs(context, stage), { log: '' })
}

/** Takes the present content of a data file as its new version. */
export async function recordData(context: RecordContext, data: DataFile): Promise<void> {
  const { repository } = context
  const entries: Entry[] = []
  for (const out of data.outs) {
    const content = await contentOf(context, out)
    if (!content) throw missingOutput(repository.files, data, out)
    if (out.cache && context.commit) {
      await commitContent(repository, out.target, content)
      if (context.relink !== false)
        await relink(repository, out.target, content, linkTypes(repository.config))
    }
    entries.push(entryOf(out.path, content))
  }
  const file = join(repository.root, data.file)
  const before = readText(file)
  const text = dotDvcText(entries, before, data.file)
  if (text !== before) replaceFile(file, text)
}

/** Errors: `dependency_missing` for a dependency or parameter that is not there. */
export async function requireDependencies(context: RecordContext, stage: Stage): Promise<void> {
  const { files } = context.repository
  for (const dep of stage.frozen ? [] : stage.deps) {
    if (!(await files.content(dep.target))) throw missingDependency(files, stage, dep)
  }
  const params = context.inspect.params(stage)
  for (const dependency of stage.frozen ? [] : stage.params) {
    const found = params.get(dependency.path)
    if (!found) throw missingParameter(files, stage, dependency)
    const lost = dependency.keys.find((key) => !found.has(key))
    if (lost !== undefined) throw missingParameter(files, stage, dependency, lost)
  }
}

/** A stage as it is to be locked, outputs left out; a frozen one keeps what it was locked with. */
export async function recordedInputs(context: RecordContext, stage: Stage): Promise<LockedStage> {
  const locked = context.locks.get(stage)
  const now = await context.inspect.inputs(stage)
  if (now && !stage.frozen) return now
  const cmd: Value = isList(stage.cmd) ? [...stage.cmd] : stage.cmd
  return {
    cmd,
    deps: locked?.deps ?? now?.deps ?? [],
    params: locked?.params ?? new Map(),
    outs: [],
  }
}
