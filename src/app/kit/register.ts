import { registerHooks } from 'node:module'

/** Lets a script import from "tidemill", wherever the script lies. */
export function registerKit(): void {
  const kit = new URL(
    import.meta.url.endsWith('.ts') ? './index.ts' : './index.js',
    import.meta.url,
  )
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'tidemill' ? { url: kit.href, shortCircuit: true } : next(specifier, context),
  })
}
