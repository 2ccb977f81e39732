import { runGit, saidByGit } from './run-git.ts'

/** What Git unpacks of a patch at the most; ours leave out what comes to more. */
export const mostUnpackedBytes = 64 << 20

/** Git takes a few hundred megabytes for the largest index. */
const mostMemoryBytes = 512 << 20

/**
 * What the binary parts of a patch come to by their own word, to which Git holds them: a few bytes of a packed file may stand for
 * thousands.
 */
export function unpackedBytes(patch: Uint8Array): number {
  const text = Buffer.from(patch.buffer, patch.byteOffset, patch.byteLength).toString('latin1')
  let sum = 0
  for (const [, said = ''] of text.matchAll(/(?:^|\n)(?:literal|delta) ([^\n]*)/g)) {
    sum += /^\d+$/.test(said) ? Number(said) : Infinity
  }
  return sum
}

/**
 * Has Git apply a patch that anybody may have written, within bounds of time and memory: copies of a large file or changes that are
 * packed well may otherwise fill the memory of the machine.
 */
export async function applyPatch(
  folder: string,
  patch: Uint8Array,
  toIndex?: Readonly<Record<string, string>>,
): Promise<void> {
  const args = ['apply', ...(toIndex ? ['--cached'] : []), '--whitespace=nowarn', '-']
  await runGit(folder, args, {
    ...(toIndex ? { env: toIndex } : {}),
    input: patch,
    mostMemoryBytes,
  })
}

/** Why a patch was not applied, to be said of a run. */
export function whyNotApplied(error: unknown, commit: string): string {
  const said = saidByGit(error).slice(0, 300)
  if (/^fatal: out of memory/im.test(said)) {
    return `Git needs more than ${mostMemoryBytes >> 20} MiB to apply its patch`
  }
  const isCutOff = error instanceof Error && 'killed' in error && error.killed === true
  if (isCutOff) return 'Git needs more than a minute to apply its patch'
  return `its patch does not fit commit ${commit.slice(0, 12)}: ${said}`
}
