import {
  newId,
  TidemillError,
  type Digest,
  type GateCheck,
  type GateReport,
  type Requirement,
} from '#contract'
import { checkRequirement } from './check-requirement.ts'
import type { GateSubject } from './gate-subject.ts'
import type { Rooms } from '../rooms.ts'
import { evaluationRows } from './evaluation-rows.ts'

/** Checks every requirement of a model on one version and stores the evidence, whatever the verdict. */
export async function checkGate(
  rooms: Rooms,
  name: string,
  number: number,
  by: string,
): Promise<GateReport> {
  const { requirements } = await rooms.registry.model(name)
  const subject = await openSubject(rooms, name, number)
  try {
    const checks: GateCheck[] = []
    for (const requirement of requirements) checks.push(await safely(requirement, subject))
    const report: GateReport = {
      id: newId(rooms.clock.now()),
      model: name,
      version: number,
      passed: checks.every((check) => check.passed),
      checks,
      checkedAt: rooms.clock.now(),
      checkedBy: by,
    }
    await rooms.registry.saveGateReport(report)
    return report
  } finally {
    await subject.model.close()
    await subject.champion?.model.close()
  }
}

/** A check that cannot be made is a check that failed, with its reason: a gate never opens because it could not look. */
async function safely(requirement: Requirement, subject: GateSubject): Promise<GateCheck> {
  try {
    return await checkRequirement(requirement, subject)
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { requirement, passed: false, summary: `Could not be checked: ${problem}` }
  }
}

async function openSubject(rooms: Rooms, name: string, number: number): Promise<GateSubject> {
  const version = await rooms.registry.version(name, number)
  const dataset = version.dataset
  if (dataset === undefined) {
    const problem = `Version ${number} of ${name} does not name the data it was trained on, so its gate cannot look at them.`
    throw new TidemillError('conflict', { problem })
  }
  const rows = await rooms.lake.table(dataset, version.datasetVersion)
  const { label } = await rooms.lake.get(dataset)
  const model = await rooms.serving.offline(version.digest as Digest, version.signature)
  const current = await rooms.registry.aliased(name, 'champion')
  const champion =
    current && current.version !== number
      ? {
          version: current,
          model: await rooms.serving.offline(current.digest as Digest, current.signature),
        }
      : undefined
  const held = await evaluationRows(rooms, version)
  return {
    version,
    model,
    rows,
    label,
    ...(held === undefined ? {} : { held }),
    ...(champion === undefined ? {} : { champion }),
  }
}
