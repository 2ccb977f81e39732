const greatest = Number.MAX_VALUE

/** A double as it is kept: NaN and the infinities have no place in every database, so a mark beside says what was meant. */
export function storedValue(value: number): { value: number; special: number } {
  if (Number.isNaN(value)) return { value: 0, special: 1 }
  if (value === Infinity) return { value: greatest, special: 2 }
  if (value === -Infinity) return { value: -greatest, special: 3 }
  return { value, special: 0 }
}

export function readValue({ value, special }: { value: number; special: number }): number {
  return [value, NaN, Infinity, -Infinity][special] ?? value
}
