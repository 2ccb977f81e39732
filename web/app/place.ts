/** The part of the address that names a project, `/p/NAME`; empty in the usual one. */
export const projectPart = /^\/p\/[a-z0-9][a-z0-9_-]*(?=\/|$)/.exec(location.pathname)?.[0] ?? ''

/** What other programs are told to reach this project by. */
export const serverAddress = `${location.origin}${projectPart}`

/** An address of the interface or of the server as the browser has it. */
export function inProject(address: string): string {
  return address.startsWith('/') ? `${projectPart}${address}` : address
}

/** Where the pages of a project begin. */
export function projectAddress(name: string): string {
  return `/p/${name}/`
}
