import { TidemillError } from '#contract'
import { isUniqueViolation } from '#store'
import type { Experiments } from '../experiments.ts'

const longest = { name: 250, user: 250, id: 50 } as const

/** People that one queue is given to. */
const mostUsers = 10

/** The queue of whoever needs no password bears this name. */
const keptName = 'default'

export function refused(problem: string): TidemillError {
  return new TidemillError('bad_request', { problem })
}

/** A text of 1 to so many characters. */
export function checked(what: string, text: string, most: number): string {
  const { length } = [...text]
  if (length >= 1 && length <= most) return text
  throw refused(`${what} has 1 to ${most} characters; the given one has ${length}.`)
}

/** Writes what bears a name that must be free. */
export async function named<T>(kind: string, name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new TidemillError('already_exists', { kind, name }, error)
  }
}

export async function needActive(
  { experiment }: Pick<Experiments, 'experiment'>,
  id: string,
): Promise<void> {
  if ((await experiment(id)).removedAt === undefined) return
  throw new TidemillError('not_found', { kind: 'active experiment', name: id })
}

/** A user as queues know them: whoever judges a trace is the same person in letters of either size. */
export function userName(user: string): string {
  return user.trim().toLowerCase()
}

export function checkedUser(user: string): string {
  return checked('The name of a user', userName(user), longest.user)
}

export function checkedUsers(users: readonly string[]): readonly string[] {
  const names = [...new Set(users.map(checkedUser))]
  if (names.length <= mostUsers) return names
  throw refused(`A review queue is given to at most ${mostUsers} users; these are ${names.length}.`)
}

export function checkedIds(what: string, ids: readonly string[]): readonly string[] {
  return [
    ...new Set(ids.map((id) => checked(`The identifier of a ${what}`, id.trim(), longest.id))),
  ]
}

export function checkedOwner(owner: string): string {
  return checked('The owner of a review queue', owner.trim(), longest.user)
}

/** The name of a queue that is no user's own. */
export function checkedName(name: string): string {
  const own = checked('The name of a review queue', name.trim(), longest.name)
  if (own.toLowerCase() !== keptName) return own
  throw refused(`${own} is the name of a user's own queue; choose another.`)
}
