import { TidemillError } from '#contract/error'
import { isAbsolute, join } from 'node:path'
import type { Stage } from '../../model.ts'
import type { Repository } from '../../repository.ts'
import type { Tracer } from '../executor.ts'
import { accessTimesWork, accessTimeTracer } from './access-time-tracer.ts'
import { straceTracer, straceWorks } from './strace-tracer.ts'

/** How reads can be watched on this machine: through strace where it is installed, else by access times. Errors: `trace_unavailable`. */
export function openTracer(repository: Repository): (stage: Stage) => Tracer {
  if (process.platform === 'linux' && straceWorks()) {
    return (stage) => {
      const folder = isAbsolute(stage.wdir) ? stage.wdir : join(repository.root, stage.wdir)
      return straceTracer(join(repository.own, 'trace', encodeURIComponent(stage.address)), folder)
    }
  }
  if (accessTimesWork(repository.own))
    return () => accessTimeTracer(repository.root, repository.state)
  throw new TidemillError('trace_unavailable', {
    problem:
      'strace is not installed or not allowed to watch, and this disk keeps no access times.',
  })
}
