import type { ErrorCode } from '#contract/error'
import type { Reason } from '../reason.ts'
import type { ResourceRecord } from './executor.ts'
import type { TraceReport } from './trace/trace-report.ts'

/** What happens during a run, as it happens. */
export type ReproEvent =
  | {
      readonly type: 'started'
      readonly stage: string
      readonly command: string
      readonly log: string
      readonly reasons: readonly Reason[]
    }
  | { readonly type: 'output'; readonly stage: string; readonly text: string }
  | {
      readonly type: 'skipped'
      readonly stage: string
      readonly because: 'unchanged' | 'upstream failed'
    }
  | { readonly type: 'restored'; readonly stage: string; readonly reasons: readonly Reason[] }
  | {
      readonly type: 'finished'
      readonly stage: string
      readonly durationMs: number
      readonly reasons: readonly Reason[]
      readonly resources: ResourceRecord
    }
  | {
      readonly type: 'retry'
      readonly stage: string
      readonly attempt: number
      readonly of: number
      readonly waitMs: number
      readonly message: string
    }
  /** A stage has ended, and another program has the repository: what it made is recorded when that lets go. */
  | { readonly type: 'waiting'; readonly stage: string; readonly pid: string }
  /** Inputs of a stage that became others while it ran. */
  | { readonly type: 'moved'; readonly stage: string; readonly paths: readonly string[] }
  | { readonly type: 'traced'; readonly stage: string; readonly report: TraceReport }
  | {
      readonly type: 'failed'
      readonly stage: string
      readonly durationMs: number
      readonly code: ErrorCode | 'unknown'
      readonly message: string
      readonly log?: string
    }
