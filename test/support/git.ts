import { execFileSync } from 'node:child_process'

/** Git in a folder, as somebody who needs no settings of the machine; what it says, as it says it. */
export function gitIn(dir: string): (...args: readonly string[]) => string {
  const somebody = ['-c', 'user.name=ada', '-c', 'user.email=ada@example.org']
  return (...args) =>
    execFileSync('git', [...somebody, ...args], {
      cwd: dir,
      encoding: 'utf8',
      stdio: 'pipe',
      maxBuffer: 1 << 26,
    })
}
