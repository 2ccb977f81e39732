import { integerBelow, type Random } from '#stats'

/** The values a parameter may take: a list, or a range that is drawn from, evenly or on a logarithmic scale. */
export type Choice =
  | readonly (number | string | boolean)[]
  | {
      readonly min: number
      readonly max: number
      readonly log?: boolean
      readonly integer?: boolean
    }

export type Space = Readonly<Record<string, Choice>>
export type Point = Readonly<Record<string, number | string | boolean>>

/** Every combination of the lists; a range throws, since it has no end. */
export function grid(space: Space): readonly Point[] {
  return Object.entries(space).reduce<Point[]>(
    (points, [name, choice]) => {
      if (!('length' in choice)) throw new RangeError(`${name} is a range; a grid needs a list`)
      return points.flatMap((point) => choice.map((value) => ({ ...point, [name]: value })))
    },
    [{}],
  )
}

/** One point at random. */
export function draw(space: Space, random: Random): Point {
  return Object.fromEntries(
    Object.entries(space).map(([name, choice]) => [name, drawOne(choice, random)]),
  )
}

function drawOne(choice: Choice, random: Random): number | string | boolean {
  if ('length' in choice) return choice[integerBelow(choice.length, random)] ?? 0
  const { min, max, log = false, integer = false } = choice
  if (integer && !log) return min + integerBelow(max - min + 1, random)
  const value = log
    ? Math.exp(Math.log(min) + random() * (Math.log(max) - Math.log(min)))
    : min + random() * (max - min)
  return integer ? Math.round(value) : value
}
