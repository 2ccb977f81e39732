import { TidemillError } from '#contract'

interface ShapeError {
  readonly keyword: string
  readonly instancePath: string
  readonly message: string
}

/** All that is wrong with an input, each with the path of the field. */
export function inputProblem(errors: readonly ShapeError[]): TidemillError {
  const said = errors.filter((error) => error.keyword !== 'boolean' && error.keyword !== 'anyOf')
  const problems = (said.length > 0 ? said : errors).slice(0, 10).map((error) => {
    const where = error.instancePath.slice(1).replaceAll('/', '.')
    return where === '' ? error.message : `${where} ${error.message}`
  })
  return new TidemillError('invalid_input', { problem: `${problems.join('; ')}.`, problems })
}
