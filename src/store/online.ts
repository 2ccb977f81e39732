/** The newest value by key, for reads at prediction time. Values are bytes; writes with an older time than the stored one are ignored. */
export interface OnlineStore {
  /** Undefined at the position of each key that is absent or past its expiry. */
  read(table: string, keys: readonly string[]): Promise<readonly (OnlineValue | undefined)[]>
  write(table: string, rows: readonly OnlineRow[]): Promise<void>
  drop(table: string): Promise<void>
  close(): Promise<void>
}

export interface OnlineValue {
  readonly bytes: Uint8Array
  /** When the value was true (ms). */
  readonly eventTime: number
}

export interface OnlineRow extends OnlineValue {
  readonly key: string
  readonly expiresAt?: number
}
