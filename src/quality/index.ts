export { profile } from './profile.ts'
export { requireReadable, validate } from './validate.ts'
export { clean, type CleaningChange } from './clean.ts'
