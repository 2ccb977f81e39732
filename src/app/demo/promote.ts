import { operations, TidemillError } from '#contract'
import type { Scene } from './scene.ts'

export async function promote({ caller, names, story }: Scene): Promise<void> {
  const { version, gate } = await caller.call(operations.models.best, { name: names.model })
  if (!gate.passed)
    throw new TidemillError('gate_refused', {
      model: names.model,
      version: version.version,
      problem: gate.checks
        .filter((check) => !check.passed)
        .map((check) => check.summary)
        .join(' '),
    })
  story.push(
    `Version ${version.version} passed ${gate.checks.length} requirements and is champion.`,
  )
}
