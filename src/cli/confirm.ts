import { TidemillError } from '#contract/error'

/** Asks on a terminal; without one, the caller must have said --yes. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new TidemillError('bad_request', {
      problem: `${question} There is no terminal to ask on: add --yes.`,
    })
  }
  const { confirm: ask, isCancel } = await import('@clack/prompts')
  const answer = await ask({ message: question })
  return !isCancel(answer) && answer
}
