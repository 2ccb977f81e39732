import { operations } from '#contract'
import { implement } from '../handler.ts'
import { runDifference } from '../steps/run-difference.ts'

export const runWhyHandlers = [
  implement(operations.runs.why, ({ run, other }, { rooms }) => runDifference(rooms, run, other)),
]
