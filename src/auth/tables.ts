export interface AuthTables {
  auth_users: {
    name: string
    kind: 'person' | 'service'
    password: string | null
    disabled: number
    created_at: number
  }
  auth_grants: { user_name: string; project: string; role: string }
  auth_tokens: {
    id: string
    user_name: string
    name: string
    start: string
    hash: string
    scopes: string
    created_at: number
    expires_at: number | null
    last_used_at: number | null
    revoked: number
  }
  auth_sessions: {
    hash: string
    user_name: string
    csrf: string
    created_at: number
    expires_at: number
  }
  auth_groups: { name: string; created_at: number }
  auth_members: { group_name: string; user_name: string }
  auth_group_grants: { group_name: string; project: string; role: string }
  auth_place_grants: {
    project: string
    kind: 'experiment' | 'folder'
    place: string
    holder_kind: 'user' | 'group'
    holder: string
    role: string
  }
  auth_audit: {
    id: string
    at: number
    who: string
    what: string
    object: string
    detail: string
  }
}
