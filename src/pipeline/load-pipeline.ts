import { readdirSync } from 'node:fs'
import { dirname as posixDirname, join as posixJoin } from 'node:path/posix'
import { join, relative, resolve } from 'node:path'
import { unpackStyle, readConfig } from './config.ts'
import { readDotDvc } from './definition/dot-dvc.ts'
import { readStage, targetOf } from './definition/read-stage.ts'
import { resolveStages } from './definition/resolve-stages.ts'
import { ignoreRules } from './files/ignore-rules.ts'
import { buildGraph } from './graph.ts'
import type { DataFile, Pipeline, PipelineFile, Stage } from './model.ts'
import { findRoot, readText, seenFrom } from './repository.ts'
import { readParamsFile } from './values/params-file.ts'
import { readYaml } from './values/read-yaml.ts'
import { isList, isMap, type Value, type ValueMap } from './values/value.ts'

export interface LoadOptions {
  /** Text in place of a file of the repository (path from the root), for looking at what a change would do. */
  readonly replaced?: ReadonlyMap<string, string>
}

/**
 * Reads the pipelines and data files of the repository that `folder` is in: every dvc.yaml and .dvc file that neither Git nor
 * .dvcignore hides. Errors: `pipeline_invalid` with file, line and column for anything DVC would refuse.
 */
export function loadPipeline(folder: string, options: LoadOptions = {}): Pipeline {
  const root = findRoot(folder)
  const here = relative(root, resolve(folder)).split('\\').join('/') || '.'
  const style = unpackStyle(readConfig(root))
  const params = new Map<string, ValueMap | undefined>()
  const readFile = (path: string): string | undefined =>
    options.replaced?.get(path) ?? readText(join(root, path))
  const readParams = (path: string): ValueMap | undefined => {
    if (!params.has(path)) {
      const text = readFile(path)
      params.set(path, text === undefined ? undefined : readParamsFile(text, path))
    }
    return params.get(path)
  }

  const stages: Stage[] = []
  const data: DataFile[] = []
  const files: PipelineFile[] = []
  const made = new Set<string>()
  const dvcIgnored = ignoreRules(root, '.dvcignore', ['.hg/', '.git/', '.git', '.dvc/'])
  const gitIgnored = ignoreRules(root, '.gitignore')

  function readPipelineFile(file: string): void {
    const text = readFile(file)
    if (text === undefined) return
    const inFolder = posixDirname(file)
    const resolved = resolveStages(readYaml(text, file), {
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
      return isList(list) ? list.map((path) => targetOf(String(path), inFolder, root)) : []
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
    const entries = readdirSync(join(root, inFolder), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )
    // another repository keeps its own stages
    if (inFolder !== '' && entries.some((entry) => entry.name === '.dvc' && entry.isDirectory()))
      return
    const found = entries.flatMap((entry) => {
      const path = inFolder === '' ? entry.name : `${inFolder}/${entry.name}`
      if (entry.isDirectory()) return [{ path, folder: true }]
      return entry.name === 'dvc.yaml' || (entry.name.endsWith('.dvc') && entry.name !== '.dvc')
        ? [{ path, folder: false }]
        : []
    })
    const open = found.filter(
      ({ path, folder: isFolder }) =>
        !dvcIgnored.ignoredHere(path, isFolder) && !gitIgnored.ignoredHere(path, isFolder),
    )
    for (const { path, folder: isFolder } of open) {
      if (isFolder) continue
      const text = readFile(path)
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
  const pipeline = { root, folder: here, stages, data, files }
  buildGraph(pipeline)
  return pipeline
}
