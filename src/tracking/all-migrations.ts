import type { Migration } from '#store'
import { trackingMigrations as first } from './migrations.ts'
import { issueMigrations } from './migrations-issues.ts'
import { organiseMigrations } from './migrations-organise.ts'
import { reviewMigrations } from './migrations-review.ts'
import { traceMigrations } from './migrations-traces.ts'

/** Every list of the room, each after those it builds on. */
export const trackingMigrations: readonly Migration[] = [
  ...first,
  ...organiseMigrations,
  ...traceMigrations,
  ...issueMigrations,
  ...reviewMigrations,
]
