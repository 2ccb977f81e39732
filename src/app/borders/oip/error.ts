import { json, type ErrorWriter } from '#http'

/** Errors as the Open Inference Protocol writes them. */
export const writeOipError: ErrorWriter = ({ status, message }) => json({ error: message }, status)
