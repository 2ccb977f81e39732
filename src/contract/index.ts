export { TidemillError, type ErrorDetails } from './error.ts'
export { catalogue, type ErrorCode } from './error-catalogue.ts'
export { digestFromHex, hexOf, isDigest, type Digest } from './digest.ts'
export { newId } from './id.ts'
