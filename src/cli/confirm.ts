import { TidemillError } from '#contract/error'

/** Asks on a terminal; without one, `instead` says what to do. */
export async function confirm(question: string, instead = ': add --yes.'): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new TidemillError('bad_request', {
      problem: `${question} There is no terminal to ask on${instead}`,
    })
  }
  const { confirm: ask, isCancel } = await import('@clack/prompts')
  const answer = await ask({ message: question })
  return !isCancel(answer) && answer
}
