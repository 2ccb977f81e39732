import { registerHooks } from 'node:module'

/**
 * Lets a script import from "tidemill", wherever the script lies. Scripts are modules, whatever the nearest package.json says: one
 * that `npm init` left above a project says "commonjs", or nothing.
 */
export function registerKit(): void {
  const kit = new URL(
    import.meta.url.endsWith('.ts') ? './index.ts' : './index.js',
    import.meta.url,
  )
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'tidemill') return { url: kit.href, shortCircuit: true }
      const found = next(specifier, context)
      const isScript =
        context.conditions.includes('import') &&
        found.url.endsWith('.ts') &&
        !found.url.includes('/node_modules/')
      return isScript ? { ...found, format: 'module-typescript' } : found
    },
  })
}
