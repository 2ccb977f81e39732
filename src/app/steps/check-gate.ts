import { newId, type Condition, type GateCheck, type GateReport } from '#contract'
import type { Rooms } from '../rooms.ts'
import { checkConsumer } from './check-consumer.ts'
import { checkRequirement } from './check-requirement.ts'
import { openSubject, type GateSubject } from './gate-subject.ts'
import { verifyVersion } from './verify-version.ts'

export interface GateRequest {
  readonly model: string
  readonly version: number
  readonly alias: string
  readonly by: string
}

/** Checks all that stands between a version and an alias, and stores the evidence, whatever the verdict. */
export async function checkGate(rooms: Rooms, request: GateRequest): Promise<GateReport> {
  const { model, version, alias, by } = request
  const evidence = await rooms.registry.evidenceOf(model, alias, version)
  const { requirements, consumers, signed } = await rooms.registry.guardOf(model, alias)
  const subject = await openSubject(rooms, model, version, alias)
  try {
    const checks: GateCheck[] = []
    for (const requirement of requirements) {
      checks.push(await safely(requirement, () => checkRequirement(requirement, subject)))
    }
    for (const consumer of consumers) {
      const condition = { kind: 'consumer', consumer: consumer.name } as const
      checks.push(await safely(condition, () => checkConsumer(consumer, subject)))
    }
    if (signed) checks.push(await safely({ kind: 'signed' }, () => checkSigned(rooms, subject)))
    const report: GateReport = {
      id: newId(rooms.clock.now()),
      model,
      version,
      passed: checks.every((check) => check.passed),
      checks,
      checkedAt: rooms.clock.now(),
      checkedBy: by,
      alias,
      evidence,
    }
    await rooms.registry.saveGateReport(report)
    return report
  } finally {
    await subject.close()
  }
}

/** A check that cannot be made is a check that failed, with its reason: a gate never opens because it could not look. */
async function safely(condition: Condition, check: () => Promise<GateCheck>): Promise<GateCheck> {
  try {
    return await check()
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    return { requirement: condition, passed: false, summary: `Could not be checked: ${problem}` }
  }
}

/** A signature says something of the files only while the files are those that were signed. */
async function checkSigned(rooms: Rooms, { version }: GateSubject): Promise<GateCheck> {
  const { intact, signed, signatures, files } = await verifyVersion(rooms, version)
  const by = signatures.filter((each) => each.valid).map((each) => each.keyName)
  const bad = files.filter((each) => each.state !== 'same').map((each) => each.path)
  const problem = signatures.find((each) => !each.valid)?.problem
  return {
    requirement: { kind: 'signed' },
    passed: intact && signed,
    summary: !signed
      ? `No signature counts${problem === undefined ? '; it is not signed' : `: ${problem}`}.`
      : intact
        ? `Signed with ${by.join(' and ')}; all ${files.length} files are as they were signed.`
        : `Signed with ${by.join(' and ')}, but changed since: ${bad.join(', ')}.`,
  }
}
