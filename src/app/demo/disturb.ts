import { type Caller, type DriftReport, operations, TidemillError } from '#contract'
import { noisyRows, realRows, send } from './rows.ts'
import { type Scene, until } from './scene.ts'

export async function disturb({
  caller,
  names,
  story,
  server,
  alarmsReceived,
}: Scene): Promise<void> {
  const { monitor } = await caller.call(operations.monitors.get, { name: names.monitor })
  const steady = await realRows(server, names, 60)
  await send(caller, names, steady)
  const before = await caller.call(operations.monitors.run, { name: names.monitor })
  const noisy = await noisyRows(server, names, monitor.windowRows)
  await send(caller, names, noisy)
  const report = await reportAfter(caller, names.monitor, before.id)
  story.push(`Undisturbed: ${before.summary} With Gaussian noise: ${report.summary}`)
  story.push(report.peer.summary)
  story.push(`On late labels, before the noise and in it: ${qualityMoves(report)}.`)
  if (!report.drifted)
    throw new TidemillError('conflict', {
      problem: 'The noise was not seen; the demonstration needs it to be.',
    })
  await until(() => alarmsReceived.length > 0, 'the webhook was called')
  story.push(`The alarm is open, and its webhook was called.`)
}

function qualityMoves({ qualityReference: before, qualityCurrent: now }: DriftReport): string {
  const moves = Object.entries(before?.metrics ?? {}).flatMap(([name, was]) => {
    const is = now?.metrics[name]
    return is === undefined ? [] : [`${name} ${was.value.toFixed(3)} → ${is.value.toFixed(3)}`]
  })
  return moves.join(', ')
}

/** The full window may have been looked at in the background already. */
async function reportAfter(caller: Caller, monitor: string, id: string) {
  const { reports } = await caller.call(operations.monitors.get, { name: monitor })
  const [newest] = reports
  if (newest && newest.id > id) return newest
  return caller.call(operations.monitors.run, { name: monitor }).catch(async (error: unknown) => {
    const again = (await caller.call(operations.monitors.get, { name: monitor })).reports[0]
    if (again && again.id > id) return again
    throw error
  })
}
