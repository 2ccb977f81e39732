import { catalogue, type ErrorCode } from './error-catalogue.ts'

export type { ErrorCode }
export type ErrorDetails = Readonly<Record<string, unknown>>

/** The only error that crosses a room's door on purpose: a code of the catalogue and what fills its message. */
export class TidemillError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(fill(catalogue[code].message, details), cause === undefined ? {} : { cause })
    this.name = 'TidemillError'
    this.code = code
    this.details = details
  }

  get status(): number {
    return catalogue[this.code].status
  }

  get hint(): string {
    return fill(catalogue[this.code].hint, this.details)
  }

  get retryable(): boolean {
    return catalogue[this.code].retryable === true
  }
}

const fullDisk: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])

/** Whether the operating system says that a disk is full, or a quota. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && fullDisk.has(error.code)
}

/** No space and no quota become `disk_full`, which names what there was no room for; any other error stays as it is. */
export function explainFullDisk(error: unknown, what: string): unknown {
  return isDiskFull(error) ? new TidemillError('disk_full', { what }, error) : error
}

/** Puts the details into a template: `{name}` becomes details.name; a name without a value stays as it is. */
function fill(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details[name]
    if (value === undefined) return whole
    return typeof value === 'string' ? value : JSON.stringify(value)
  })
}
