import { hash } from 'node:crypto'
import { openLocks } from '../lock-store.ts'
import type { Repository } from '../repository.ts'
import { canReuse } from '../run/plan.ts'
import { stageSettings } from '../run/stage-settings.ts'
import type { Side } from './side.ts'

/** Takes what the dvc.lock of a side says was run into the run cache, with outputs that Git keeps: it need not run again. */
export function rememberRuns(repository: Repository, side: Side): void {
  const locks = openLocks(repository.root, side.source.read)
  for (const stage of side.pipeline.stages) {
    const locked = locks.get(stage)
    const plain = stage.outs.some((out) => !out.cache && out.kind === 'out')
    if (!locked || !canReuse(stage) || plain || locked.outs.length !== stage.outs.length) continue
    for (const out of stage.outs) {
      const md5 = locked.outs.find((each) => each.path === out.path)?.md5
      if (out.cache || md5 === undefined || repository.cache.has(md5)) continue
      const text = side.source.read(out.target)
      if (text !== undefined && hash('md5', text, 'hex') === md5)
        repository.cache.addBytes(text, md5)
    }
    const known = repository.circumstances.of(stage, locked)
    // dvc.lock does not say which values variables had: where this clone has not noted them, the stage runs again.
    if (!known && stageSettings(stage, repository.root).env.length > 0) continue
    if (locked.outs.every(({ md5 }) => md5 !== undefined && repository.cache.has(md5)))
      repository.runs.save(locked, known ?? { wdir: stage.wdir, env: [] }, { log: '' })
  }
}
