import {
  measuredNumber,
  type Manifest,
  type ModelVersion,
  type OutputField,
  type SignatureField,
  type VersionComparison,
} from '#contract'
import { changedNumbers, changedTexts } from '#tracking'
import { diffLines } from './diff-lines.ts'
import { outputsOf } from './outputs.ts'

interface Compared {
  readonly version: ModelVersion
  readonly manifest: Manifest | undefined
}

type Texts = Readonly<Record<string, string | undefined>>

/** What differs between two versions: what they read and answer, how they were made, how well they did, and what is said of them. */
export function compareVersions(from: Compared, to: Compared): VersionComparison {
  const [a, b] = [from.version, to.version]
  return {
    model: a.model,
    from: a.version,
    to: b.version,
    inputs: changedTexts(textsOf(a.signature.inputs), textsOf(b.signature.inputs)),
    outputs: changedTexts(
      textsOf(outputsOf(a.signature) ?? []),
      textsOf(outputsOf(b.signature) ?? []),
    ),
    params: changedTexts(a.params, b.params),
    metrics: changedNumbers(numbersOf(a.metrics), numbersOf(b.metrics)),
    source: changedTexts(sourceOf(a), sourceOf(b)),
    files: changedTexts(filesOf(from.manifest), filesOf(to.manifest)),
    card: [...diffLines(a.card, b.card)],
  }
}

function numbersOf(metrics: ModelVersion['metrics']): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([key, value]) => {
      const number = measuredNumber(value)
      return number === undefined ? [] : [[key, number]]
    }),
  )
}

function textsOf(fields: readonly (SignatureField | OutputField)[]): Texts {
  return Object.fromEntries(fields.map((field) => [field.name, fieldText(field)]))
}

/** The contract of a field; what the training data held is not part of it. */
function fieldText(field: SignatureField | OutputField): string {
  const known =
    'labels' in field ? field.labels : 'categories' in field ? field.categories : undefined
  const parts: string[] = [field.type]
  if ('optional' in field && field.optional) parts.push('may be missing')
  if (known) parts.push(`one of ${known.join(', ')}`)
  return parts.join(', ')
}

function sourceOf(version: ModelVersion): Texts {
  const { run, code, dataset, datasetVersion, dataDigest, format, digest } = version
  return {
    run,
    code,
    data: dataset === undefined ? undefined : `${dataset} version ${datasetVersion ?? '?'}`,
    'data digest': dataDigest,
    format,
    digest,
  }
}

function filesOf(manifest: Manifest | undefined): Texts {
  return Object.fromEntries((manifest?.files ?? []).map(({ path, digest }) => [path, digest]))
}
