import type { ConsumerContract, OutputField, Signature } from '#contract'
import { outputsOf } from './outputs.ts'

/** The numbers a model gave on rows it had not seen, where its signature does not bound them. */
export type ObservedRanges = Readonly<
  Record<string, { readonly min: number; readonly max: number } | undefined>
>

/**
 * What a version breaks of a consumer's contract, a sentence each. What cannot be shown to hold is broken too: a contract is a
 * promise, and nobody promises what they have not seen.
 */
export function contractBreaks(
  contract: ConsumerContract,
  signature: Signature,
  observed: ObservedRanges = {},
): readonly string[] {
  return [...inputBreaks(contract, signature), ...outputBreaks(contract, signature, observed)]
}

function inputBreaks({ inputs: sent }: ConsumerContract, { inputs, outputs }: Signature): string[] {
  if (!sent) return []
  if (inputs.length === 0) return ['the inputs of the version are not known']
  const types = new Map(sent.map((input) => [input.name, input.type]))
  const known = new Set(inputs.map((input) => input.name))
  // Endpoints read a fraction where the data had whole numbers; a model of another format takes what it says.
  const isNumeric = (type: string): boolean => type === 'number' || type === 'integer'
  const takes = (given: string, wanted: string): boolean =>
    fits(given, wanted) || (!outputs && isNumeric(given) && isNumeric(wanted))
  const missing = inputs.filter(({ name, optional }) => !optional && !types.has(name))
  const gone = sent.filter(({ name }) => !known.has(name))
  return [
    ...inputs.flatMap(({ name, type }) => {
      const given = types.get(name)
      if (given === undefined || takes(given, type)) return []
      return [`it takes ${name} as ${type}, and ${given} is sent`]
    }),
    ...(missing.length === 0
      ? []
      : [`it needs ${named(missing)}, which ${missing.length === 1 ? 'is' : 'are'} not sent`]),
    ...(gone.length === 0 ? [] : [`it has no ${named(gone, '')} any more`]),
  ]
}

/** More names than these are counted: a model may have hundreds of inputs. */
const mostNamed = 5

function named(inputs: readonly { readonly name: string }[], article = 'the '): string {
  const names = inputs.slice(0, mostNamed).map(({ name }) => name)
  const more = inputs.length - names.length
  const list = more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
  return `${article}${inputs.length === 1 ? 'input' : 'inputs'} ${list}`
}

/** Whole numbers do where numbers are asked for. */
function fits(given: string, wanted: string): boolean {
  return given === wanted || (given === 'integer' && wanted === 'number')
}

function outputBreaks(
  { outputs: relied }: ConsumerContract,
  signature: Signature,
  observed: ObservedRanges,
): string[] {
  const outputs = outputsOf(signature)
  if (!outputs) return relied.length === 0 ? [] : ['the outputs of the version are not known']
  const byName = new Map(outputs.map((output) => [output.name, output]))
  return relied.flatMap((wanted) => {
    const given = byName.get(wanted.name)
    if (!given) return [`it has no output ${wanted.name}`]
    if (!fits(given.type, wanted.type)) {
      return [`its output ${wanted.name} is ${given.type}, not ${wanted.type}`]
    }
    return [...labelBreaks(wanted, given), ...rangeBreaks(wanted, given, observed[wanted.name])]
  })
}

function labelBreaks({ name, labels: known }: OutputField, given: OutputField): string[] {
  if (!known) return []
  if (!given.labels) return [`what ${name} can be is not known`]
  const strange = given.labels.filter((label) => !known.includes(label))
  return strange.length === 0
    ? []
    : [`${name} can be ${strange.join(', ')}, which it does not know`]
}

function rangeBreaks(
  { name, min, max }: OutputField,
  given: OutputField,
  seen: ObservedRanges[string],
): string[] {
  const low = given.min ?? seen?.min
  const high = given.max ?? seen?.max
  if ((min !== undefined && low === undefined) || (max !== undefined && high === undefined)) {
    return [`the range of ${name} is not known`]
  }
  return [
    ...(min !== undefined && low !== undefined && low < min
      ? [`${name} goes down to ${low}, below ${min}`]
      : []),
    ...(max !== undefined && high !== undefined && high > max
      ? [`${name} goes up to ${high}, above ${max}`]
      : []),
  ]
}
