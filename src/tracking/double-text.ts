/** A double as Python writes it: the shortest digits that read back, an exponent below 1e-4 and from 1e16 on. */
export function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0.0'
  const [digits = '', exponent = ''] = value.toExponential().split('e')
  const places = Number(exponent)
  if (value === 0 || (places >= -4 && places < 16)) {
    return Number.isInteger(value) ? `${value}.0` : String(value)
  }
  return `${digits}e${places < 0 ? '-' : '+'}${String(Math.abs(places)).padStart(2, '0')}`
}
