export { profile } from './profile.ts'
export { validate } from './validate.ts'
export { clean, type CleaningChange } from './clean.ts'
