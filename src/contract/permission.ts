/** What a route can ask of an identity: an area and an action. Which role may do what is the policy of `auth`. */
export const permissions = [
  'lake:read',
  'lake:write',
  'tracking:read',
  'tracking:write',
  'models:read',
  'models:write',
  'models:promote',
  'models:guard',
  'endpoints:read',
  'endpoints:predict',
  'endpoints:write',
  'endpoints:manage',
  'monitors:read',
  'monitors:write',
  'labels:read',
  'labels:write',
  'labels:manage',
  'pipeline:read',
  'pipeline:run',
  'loop:read',
  'loop:manage',
  'jobs:read',
  'jobs:manage',
  'lineage:read',
  'admin:users',
  'admin:audit',
  'self:read',
  'self:write',
] as const

/** `public` needs no identity at all. */
export type Permission = (typeof permissions)[number] | 'public'
