/** One step of a pattern: a character to take, a choice of two ways, a place to be at, or the end. */
export type Step =
  | { readonly kind: 'take'; readonly fits: (code: number) => boolean }
  | { readonly kind: 'either'; readonly first: number; second: number }
  | { readonly kind: 'start' | 'end' | 'edge' | 'inside' | 'found' }

/** Steps that may still be looked at; a search takes away those it looks at. */
export interface Effort {
  left: number
}

/** A pattern that says where it cannot be read. */
export class BadPattern extends Error {}

/** Letters that all steps treat alike. The last letter is followed by an end, which is none. */
interface Letters {
  readonly id: number
  readonly code: number | undefined
  readonly isWord: boolean
}

/** Where one can be in a pattern once a letter was taken, and what followed from there by the letters that came next. */
interface State {
  readonly places: readonly number[]
  readonly isStart: boolean
  readonly afterWord: boolean
  readonly next: (State | typeof found | undefined)[]
}

const found = Symbol('found')

/** What is remembered of a pattern: about a megabyte. */
const mostStates = 2_000
const mostPlaces = 100_000
const mostCodes = 10_000

const end: Letters = { id: 0, code: undefined, isWord: false }

/**
 * Follows all ways at once, and remembers where they led: a letter that comes at a known place costs a look into a table, however long
 * the pattern is. Only what is new costs effort.
 *
 * References: Ken Thompson (1968), Regular Expression Search Algorithm; Russ Cox (2010), Regular Expression Matching in the Wild.
 */
export function automaton(steps: readonly Step[]): (text: string, effort: Effort) => boolean {
  const tests = [...new Set(steps.flatMap((step) => (step.kind === 'take' ? [step.fits] : [])))]
  const marks = new Int32Array(steps.length)
  let turn = 0
  const kinds = new Map<string, Letters>()
  const lettersOf = new Map<number, Letters>()
  const states = new Map<string, State>()
  let placesKept = 0

  function letters(code: number): Letters {
    const known = lettersOf.get(code)
    if (known) return known
    const isWord = isWordLetter(code)
    const key = `${isWord} ${tests.map((fits) => (fits(code) ? 1 : 0)).join('')}`
    const own = kinds.get(key) ?? { id: kinds.size + 1, code, isWord }
    kinds.set(key, own)
    if (lettersOf.size >= mostCodes) lettersOf.clear()
    lettersOf.set(code, own)
    return own
  }

  function stateOf(places: readonly number[], isStart: boolean, afterWord: boolean): State {
    const key = `${isStart} ${afterWord} ${places.join(' ')}`
    const known = states.get(key)
    if (known) return known
    if (states.size >= mostStates || placesKept > mostPlaces) {
      for (const state of states.values()) state.next.length = 0
      states.clear()
      placesKept = 0
    }
    const made: State = { places, isStart, afterWord, next: [] }
    states.set(key, made)
    placesKept += places.length
    return made
  }

  function follow(state: State, by: Letters, effort: Effort): State | typeof found {
    const open = [...state.places, 0]
    const next: number[] = []
    turn++
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (marks[place] === turn) continue
      marks[place] = turn
      effort.left--
      const step = steps[place]
      switch (step?.kind) {
        case 'found':
          return found
        case 'either':
          open.push(step.first, step.second)
          break
        case 'take':
          if (by.code !== undefined && step.fits(by.code)) next.push(place + 1)
          break
        case undefined:
          break
        case 'start':
        case 'end':
        case 'edge':
        case 'inside':
          if (isAt(step.kind, state, by)) open.push(place + 1)
      }
    }
    return stateOf(
      next.toSorted((a, b) => a - b),
      false,
      by.isWord,
    )
  }

  function step(state: State, by: Letters, effort: Effort): State | typeof found {
    const known = state.next[by.id]
    if (known !== undefined) return known
    if (effort.left < 0) throw new BadPattern('it takes too long on texts so long or so many')
    const next = follow(state, by, effort)
    state.next[by.id] = next
    return next
  }

  return (text, effort) => {
    let state = stateOf([], true, false)
    for (const letter of text) {
      const next = step(state, letters(letter.codePointAt(0) ?? 0), effort)
      if (next === found) return true
      state = next
    }
    return step(state, end, effort) === found
  }
}

function isAt(
  kind: 'start' | 'end' | 'edge' | 'inside',
  { isStart, afterWord }: State,
  by: Letters,
): boolean {
  switch (kind) {
    case 'start':
      return isStart
    case 'end':
      return by === end
    case 'edge':
      return afterWord !== by.isWord
    case 'inside':
      return afterWord === by.isWord
  }
}

function isWordLetter(code: number): boolean {
  return /^\w$/.test(String.fromCodePoint(code))
}
