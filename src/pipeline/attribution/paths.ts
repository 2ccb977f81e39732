/** Whether a path is this one or lies in it. */
export function covers(target: string, path: string): boolean {
  return target === '.' || target === path || path.startsWith(`${target}/`)
}

/** Whether one of two paths is the other or lies in it. */
export function overlap(a: string, b: string): boolean {
  return covers(a, b) || covers(b, a)
}
