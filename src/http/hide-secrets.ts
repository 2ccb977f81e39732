const hidden = '[hidden]'
const secretName = /authorization|cookie|passw(?:or)?d|secret|token|csrf|api[-_]?key|credential/i
const deepest = 8

/** An error as the log has it. */
export interface ErrorFields {
  readonly [name: string]: unknown
  type: string
  message: string
  stack: string
}

/** A text without what looks like a credential: an authorization, a password in an address, a secret in a query. */
function hideInText(text: string): string {
  return text
    .replaceAll(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, `$1 ${hidden}`)
    .replaceAll(/:\/\/[^/\s@]*:[^/\s]*@/g, `://${hidden}@`)
    .replaceAll(/([?&][\w-]*(?:token|password|secret|key)[\w-]*=)[^&\s"']+/gi, `$1${hidden}`)
}

/** The same value for the log: fields whose names say that they are secret are hidden, however deep they are. */
export function hideSecrets(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return hideInText(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= deepest) return '…'
  if (value instanceof Error) return errorFields(value, depth)
  if (Array.isArray(value)) return value.slice(0, 100).map((each) => hideSecrets(each, depth + 1))
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`
  return fields(value, depth)
}

function fields(value: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const isSecret = secretName.test(name) && !['number', 'boolean'].includes(typeof each)
      return [name, isSecret ? hidden : hideSecrets(each, depth + 1)]
    }),
  )
}

/** What helps to find the cause of an error, and the causes behind it. */
function errorFields(error: Error, depth: number): ErrorFields {
  return {
    type: error.name,
    message: hideInText(error.message),
    stack: hideInText(error.stack ?? ''),
    ...fields(error, depth),
    ...(error.cause === undefined ? {} : { cause: hideSecrets(error.cause, depth + 1) }),
  }
}
