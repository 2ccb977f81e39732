/** Whether a statement failed because a row with such a key exists, on either database. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('errcode' in error) return error.errcode === 1555 || error.errcode === 2067
  return 'code' in error && error.code === '23505'
}
