export function versionOf(options: { readonly version?: number }): { version?: number } {
  return options.version === undefined ? {} : { version: options.version }
}
