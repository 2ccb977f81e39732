import { tokenize, unreadable, type Token } from './tokens.ts'

/** The tokens of a filter, one after the other. */
export class TokenReader {
  readonly #tokens: readonly Token[]
  readonly #end: number
  #next = 0

  constructor(text: string) {
    this.#tokens = tokenize(text)
    this.#end = text.length
  }

  /** The next token, or one after it. */
  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#next + ahead]
  }

  take(): Token | undefined {
    return this.#tokens[this.#next++]
  }

  isWord(word: string): boolean {
    const token = this.peek()
    return token?.kind === 'word' && !token.quoted && token.text.toLowerCase() === word
  }

  isSign(sign: string): boolean {
    const token = this.peek()
    return token?.kind === 'sign' && token.text === sign
  }

  /** Takes a word if it is the next. */
  takeWord(word: string): boolean {
    const isNext = this.isWord(word)
    if (isNext) this.#next++
    return isNext
  }

  fail(problem: string, token: Token | undefined = this.peek()): never {
    throw unreadable(problem, token?.at ?? this.#end)
  }
}
