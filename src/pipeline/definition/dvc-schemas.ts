import {
  any,
  anyList,
  anyMap,
  bool,
  listOf,
  mapOf,
  nothing,
  oneOf,
  record,
  text,
  type Shape,
} from './schema.ts'

/** DVC's closed schemas of dvc.yaml, dvc.lock and .dvc files: what these refuse, every `dvc` command refuses too. */

const integer = any
const annotations = { desc: text, type: text, labels: listOf(text), meta: any }

const outputFlags = {
  ...annotations,
  cache: bool,
  persist: bool,
  checkpoint: bool,
  remote: text,
  push: bool,
}

const plotFlags = record({
  ...outputFlags,
  template: text,
  x: text,
  y: text,
  x_label: text,
  y_label: text,
  title: text,
  header: bool,
})

const output = oneOf(text, mapOf(record(outputFlags)))
const variables = listOf(oneOf(text, anyMap))

const stageFields = {
  cmd: oneOf(text, anyList),
  matrix: mapOf(oneOf(text, anyList)),
  wdir: text,
  deps: listOf(text),
  params: listOf(oneOf(text, anyMap)),
  vars: variables,
  frozen: bool,
  meta: any,
  desc: text,
  always_changed: bool,
  outs: listOf(output),
  metrics: listOf(output),
  plots: listOf(oneOf(text, mapOf(oneOf(plotFlags, listOf(plotFlags))))),
}

export const stageShape: Shape = record(stageFields, ['cmd'])
export const foreachShape: Shape = record(
  { foreach: oneOf(anyMap, anyList, text), do: stageShape },
  ['foreach', 'do'],
)

const plotDefinition = record({
  x: oneOf(text, mapOf(text)),
  y: oneOf(text, listOf(text), mapOf(oneOf(text, listOf(text)))),
  x_label: text,
  y_label: text,
  title: text,
  template: text,
})

export const pipelineShape: Shape = record({
  stages: mapOf(anyMap),
  vars: variables,
  params: listOf(text),
  metrics: listOf(text),
  plots: listOf(oneOf(text, mapOf(oneOf(plotDefinition, nothing)))),
  artifacts: mapOf(record({ path: text, ...annotations }, ['path'])),
  datasets: any,
})

const checksums = {
  md5: oneOf(text, nothing),
  etag: oneOf(text, nothing),
  checksum: oneOf(text, nothing),
}
const metadata = {
  size: integer,
  nfiles: integer,
  isexec: bool,
  version_id: text,
}
const dataFields = {
  ...checksums,
  ...metadata,
  path: text,
  hash: text,
  cloud: any,
  files: anyList,
  dataset: any,
}

const lockStage = record(
  {
    cmd: oneOf(text, anyList),
    deps: listOf(record(dataFields, ['path'])),
    params: mapOf(anyMap),
    outs: listOf(record(dataFields, ['path'])),
  },
  ['cmd'],
)

export const lockStageShape: Shape = lockStage
export const lockShape: Shape = record(
  { schema: { kind: 'literal', value: '2.0' }, datasets: any, stages: mapOf(lockStage) },
  ['schema'],
)

const dataDependency = record({ ...dataFields, fs_config: any, repo: any, db: any }, [])
const dataOutput = record(
  {
    ...dataFields,
    ...annotations,
    fs_config: any,
    cache: bool,
    metric: oneOf(bool, anyMap),
    plot: oneOf(bool, anyMap),
    persist: bool,
    remote: text,
    push: bool,
  },
  ['path'],
)

export const dotDvcShape: Shape = record({
  md5: oneOf(text, nothing),
  wdir: oneOf(text, nothing),
  deps: oneOf(listOf(dataDependency), nothing),
  outs: oneOf(listOf(dataOutput), nothing),
  locked: bool,
  frozen: bool,
  meta: any,
  always_changed: bool,
  desc: text,
})
