import { settingProblem } from './config-keys.ts'
import { invalid } from './values/invalid.ts'

/** DVC's configuration of a repository: sections of keys, all lower case. */
export type Config = ReadonlyMap<string, ReadonlyMap<string, string>>

/**
 * Reads the text of a configuration file. Errors: `pipeline_invalid` for a line that is neither a section nor a setting, and for a
 * setting that there is not: a mistyped one would be passed over in silence, and DVC does nothing at all beside one.
 */
export function parseConfig(
  text: string,
  file: string,
  { anySetting = false }: { readonly anySetting?: boolean } = {},
): Config {
  const config = new Map<string, Map<string, string>>()
  const places: { section: string; key: string; line: number; column: number }[] = []
  let section: string | undefined
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue
    const fail = (problem: string): never => {
      throw invalid(
        file,
        { line: index + 1, column: raw.length - raw.trimStart().length + 1 },
        problem,
      )
    }
    if (line.startsWith('[')) {
      section = sectionOf(line) ?? fail('the heading of a section is not closed: [name]')
      if (!config.has(section)) config.set(section, new Map())
      continue
    }
    const equals = line.indexOf('=')
    if (equals <= 0) return fail(`"${line}" is no setting: write name = value`)
    if (section === undefined) return fail('a setting must stand below the heading of its section')
    const value = valueOf(line.slice(equals + 1).trim())
    const key = line.slice(0, equals).trim().toLowerCase()
    config.get(section)?.set(key, value)
    places.push({ section, key, line: index + 1, column: raw.length - raw.trimStart().length + 1 })
  }
  for (const place of anySetting ? [] : places) {
    const problem = settingProblem(place.section, place.key, config.get(place.section)?.get('url'))
    if (problem !== undefined)
      throw invalid(file, place, `${problem}; correct the line or take it out`)
  }
  return config
}

/** DVC writes ['remote "name"'], and reads [remote "name"] too. */
function sectionOf(line: string): string | undefined {
  const heading = /^\[\s*'?\s*([^\]']+?)\s*'?\s*\]\s*(?:#.*)?$/.exec(line)?.[1]
  return heading?.toLowerCase().startsWith('remote ') ? heading : heading?.toLowerCase()
}

/** What stands in quotes, or what stands before a remark. */
function valueOf(text: string): string {
  const quoted = /^(["'])(.*?)\1\s*(?:#.*)?$/.exec(text)
  return quoted?.[2] ?? text.replace(/\s+#.*$/, '')
}
