import { fileURLToPath } from 'node:url'

/** Where the examples lie that projects are made from. */
export const examplesFolder = fileURLToPath(new URL('../../examples', import.meta.url))
