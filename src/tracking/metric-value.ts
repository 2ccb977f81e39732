/** A double as it is kept: finite ones as numbers, the others by their names. */
export function storedValue(value: number): { value: number | null; special: string } {
  return Number.isFinite(value) ? { value, special: '' } : { value: null, special: String(value) }
}

export function readValue(stored: { value: number | null; special: string }): number {
  return stored.special === '' ? (stored.value ?? NaN) : Number(stored.special)
}
