import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { operations } from '#contract'
import type { Scene } from './scene.ts'

export async function bringDataIn({ caller, names, story, dir }: Scene): Promise<void> {
  const text = await readFile(join(dir, 'tidemill.yaml'), 'utf8')
  const { changes } = await caller.call(operations.loop.apply, { text, file: 'tidemill.yaml' })
  const { versions } = await caller.call(operations.datasets.get, { name: names.dataset })
  const imported = versions.at(-1)
  const broken = imported?.validation?.results.filter((result) => !result.passed) ?? []
  const cells = versions[0]?.changes?.reduce((sum, change) => sum + change.cells, 0) ?? 0
  story.push(
    `${changes.length} things were declared; ${imported?.rows ?? 0} rows came in, ${broken.length} rules were broken.`,
  )
  story.push(
    `Cleaning changed ${cells} values and made version ${versions[0]?.version} out of version ${versions[0]?.parent}.`,
  )
}
