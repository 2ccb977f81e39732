/** Of the letters of an axis, in pixels, rather too wide than too narrow. */
export const letterWidth = 6.6

/** A name as far as there is room for it. */
export function shortened(name: string, width: number): string {
  const letters = Math.max(1, Math.floor(width / letterWidth))
  return name.length > letters ? `${name.slice(0, letters - 1)}…` : name
}
