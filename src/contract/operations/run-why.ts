import { Type } from '../type.ts'
import { operation } from '../operation.ts'
import { Id } from '../shapes/common.ts'
import { RunDifference } from '../shapes/run-difference.ts'

export const runWhy = {
  why: operation({
    name: 'runs.why',
    method: 'GET',
    path: '/api/runs/:run/why/:other',
    permission: 'tracking:read',
    summary: 'Why a metric changed from one run to another: code, params, data, environment, seed',
    input: Type.Object({ run: Id, other: Id }),
    output: RunDifference,
  }),
}
