export interface Known {
  readonly x: number
  readonly y: number
  readonly z: number
}

/**
 * A surface between scattered points, by the inverse square of distance in the unit square; each cell of the grid is one value.
 * It passes through the points and goes to their mean far away: a picture to look at, no estimate.
 *
 * References: Shepard (1968), A two-dimensional interpolation function for irregularly-spaced data.
 */
export function surface(points: readonly Known[], size: number): readonly (readonly number[])[] {
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => {
      const [x, y] = [(column + 0.5) / size, (row + 0.5) / size]
      let [sum, weights] = [0, 0]
      for (const point of points) {
        const weight = 1 / ((point.x - x) ** 2 + (point.y - y) ** 2 + 1e-6)
        sum += weight * point.z
        weights += weight
      }
      return sum / weights
    }),
  )
}
