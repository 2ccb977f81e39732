import { operations, type OutputOf, type Permission } from '#contract'
import { useRead } from './api.tsx'

export type Session = OutputOf<typeof operations.session.get>

export function useSession(): Session | undefined {
  return useRead(operations.session.get, {}).data
}

/** Whether the person may do something; the server decides, this only spares a click. */
export function useMay(permission: Permission): boolean {
  return useSession()?.permissions.includes(permission) ?? false
}
