import { TidemillError } from '#contract/error'
import { isAbsolute, join } from 'node:path'
import type { Repository } from '../../repository.ts'
import type { StageTracer } from '../runner-context.ts'
import { accessTimesWork, accessTimeTracer } from './access-time-tracer.ts'
import { straceTracer, straceWorks } from './strace-tracer.ts'
import { stageFileName } from '../stage-file-name.ts'

/** How reads can be watched on this machine: through strace where it is installed, else by access times. Errors: `trace_unavailable`. */
export function openTracer(repository: Repository): StageTracer {
  if (process.platform === 'linux' && straceWorks()) {
    return {
      alone: false,
      of(stage) {
        const folder = isAbsolute(stage.wdir) ? stage.wdir : join(repository.root, stage.wdir)
        const file = join(repository.own, 'trace', stageFileName(stage.address))
        return straceTracer(file, folder)
      },
    }
  }
  if (accessTimesWork(repository.own))
    return { alone: true, of: () => accessTimeTracer(repository.root, repository.state) }
  throw new TidemillError('trace_unavailable', {
    problem:
      'strace is not installed or not allowed to watch, and this disk keeps no access times.',
  })
}
