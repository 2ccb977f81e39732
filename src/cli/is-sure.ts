import type { BaseOptions } from './base-command.ts'
import { confirm } from './confirm.ts'

export interface Sure extends BaseOptions {
  readonly yes?: boolean
}

/** Whether to go on; without --yes only where a person at a terminal says so. */
export async function isSure({ yes, json }: Sure, question: string): Promise<boolean> {
  if (yes) return true
  return process.stdin.isTTY && !json && confirm(`${question} Go on?`)
}
