import { randomInt } from 'node:crypto'

const adjectives =
  'amber ample brisk calm clear crisp early even fair fleet fresh gentle golden grand hardy keen light lively lucid mellow neat patient plain prime quick quiet ready steady swift vivid'.split(
    ' ',
  )
const nouns =
  'anchor bay brook buoy canal cape current delta dune ebb estuary ferry fjord harbor inlet island jetty lagoon mill oar pier pond reef river sail shoal shore sluice tide wheel'.split(
    ' ',
  )

/** A name for an experiment that got none, of the kind that DVC gives: two words. */
export function inventName(taken: (name: string) => boolean): string {
  for (;;) {
    const [first, second] = [
      adjectives[randomInt(adjectives.length)],
      nouns[randomInt(nouns.length)],
    ]
    const name = `${first}-${second}`
    if (!taken(name)) return name
    const numbered = `${name}-${randomInt(1000)}`
    if (!taken(numbered)) return numbered
  }
}
