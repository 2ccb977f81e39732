const systemPrefix = 'system/'

/** What machines measured of themselves, as MLflow's clients name it, is kept apart from what people measured. */
export function isSystemMetric(key: string): boolean {
  return key.startsWith(systemPrefix)
}
