import { dirname as posixDirname, join as posixJoin } from 'node:path/posix'
import { relative, resolve } from 'node:path'
import { unpackStyle, readConfig } from './config.ts'
import { readDotDvc } from './definition/dot-dvc.ts'
import { readStage, targetOf } from './definition/read-stage.ts'
import { resolveStages } from './definition/resolve-stages.ts'
import { textOf } from './definition/template.ts'
import { buildGraph } from './graph.ts'
import type { DataFile, Pipeline, PipelineFile, Stage } from './model.ts'
import { workTree, type PipelineSource } from './pipeline-source.ts'
import { findRoot, seenFrom } from './repository.ts'
import { readParamsFile } from './values/params-file.ts'
import type { Place } from './values/invalid.ts'
import { readYaml, type YamlFile } from './values/read-yaml.ts'
import { isList, isMap, type Value, type ValueMap } from './values/value.ts'

export interface LoadOptions {
  /** Where the files are read from; the work tree unless given. */
  readonly source?: PipelineSource
}

/**
 * Reads the pipelines and data files of the repository that `folder` is in: every dvc.yaml and .dvc file that neither Git nor
 * .dvcignore hides. Errors: `pipeline_invalid` with file, line and column for anything DVC would refuse.
 */
export function loadPipeline(folder: string, options: LoadOptions = {}): Pipeline {
  const readAt = Date.now()
  const root = findRoot(folder)
  const here = relative(root, resolve(folder)).split('\\').join('/') || '.'
  const style = unpackStyle(readConfig(root))
  const params = new Map<string, ValueMap | undefined>()
  const source = options.source ?? workTree(root)
  const readParams = (path: string): ValueMap | undefined => {
    if (!params.has(path)) {
      const text = source.read(path)
      params.set(path, text === undefined ? undefined : readParamsFile(text, path))
    }
    return params.get(path)
  }

  const stages: Stage[] = []
  const data: DataFile[] = []
  const files: PipelineFile[] = []
  const made = new Set<string>()
  const yamlOf = new Map<string, YamlFile>()
  const locate = (stage: Stage): Place =>
    yamlOf.get(stage.file)?.place(['stages', stage.group ?? stage.name], 'key') ?? {
      line: 1,
      column: 1,
    }

  function readPipelineFile(file: string): void {
    const text = source.read(file)
    if (text === undefined) return
    const inFolder = posixDirname(file)
    const yaml = readYaml(text, file)
    yamlOf.set(file, yaml)
    const resolved = resolveStages(yaml, {
      file,
      folder: inFolder,
      readParams,
      style,
    })
    const prefix = inFolder === here ? '' : `${seenFrom(here, file)}:`
    for (const stage of resolved.stages) {
      const read = readStage(stage, { root, file, prefix })
      stages.push(read)
      for (const out of read.outs) made.add(out.target)
    }
    const paths = (key: string): string[] => {
      const list = resolved.top.get(key)
      return isList(list) ? list.map((path) => targetOf(textOf(path), inFolder, root)) : []
    }
    const plots = resolved.top.get('plots')
    const artifacts = resolved.top.get('artifacts')
    files.push({
      file,
      metrics: paths('metrics'),
      params: paths('params'),
      plots: isList(plots) ? plots : [],
      artifacts:
        isMap(artifacts ?? null) && artifacts instanceof Map ? artifacts : new Map<string, Value>(),
    })
  }

  function walk(inFolder: string): void {
    const entries = [...source.list(inFolder)].sort((a, b) => (a.name < b.name ? -1 : 1))
    // another repository keeps its own stages
    if (inFolder !== '' && entries.some((entry) => entry.name === '.dvc' && entry.folder)) return
    const open = entries.flatMap(({ name, folder: isFolder }) => {
      const wanted = isFolder || name === 'dvc.yaml' || (name.endsWith('.dvc') && name !== '.dvc')
      const path = inFolder === '' ? name : `${inFolder}/${name}`
      return wanted && !source.ignored(path, isFolder) ? [{ path, folder: isFolder }] : []
    })
    for (const { path, folder: isFolder } of open) {
      if (isFolder) continue
      const text = source.read(path)
      if (path.endsWith('dvc.yaml')) readPipelineFile(path)
      else if (text !== undefined) {
        const file = readDotDvc(text, path, seenFrom(here, path), root)
        data.push(file)
        for (const out of file.outs) made.add(out.target)
      }
    }
    for (const { path, folder: isFolder } of open) if (isFolder && !made.has(path)) walk(path)
  }

  walk('')
  // the user's own folder comes first: its stages are what commands mean unless told otherwise
  const own = posixJoin(here, 'dvc.yaml')
  stages.sort((a, b) => Number(b.file === own) - Number(a.file === own))
  const pipeline = { root, folder: here, readAt, stages, data, files }
  buildGraph(pipeline, locate)
  return pipeline
}
