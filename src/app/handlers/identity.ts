import { permissionsOf, reachOf, type Reach, type Role } from '#auth'
import { operations } from '#contract'
import { promptFilter } from '../borders/mlflow/prompt-record.ts'
import { quoted } from '../filter-text.ts'
import { implement, implementServer, type ServerContext } from '../handler.ts'
import { productVersion } from '../product-version.ts'
import type { Rooms } from '../rooms.ts'

const { session, users, groups, tokens, audit, find } = operations

export const identityHandlers = [
  implementServer(session.get, async (_, { app, identity, project }) => {
    const { everywhere: role, places } = reachOf(identity, project)
    // A role in one experiment is one over experiments only.
    const inPlaces = places
      .flatMap((place) => permissionsOf(place.role))
      .filter((each) => each.startsWith('tracking:'))
    const allowed = [...new Set([...(role === undefined ? [] : permissionsOf(role)), ...inPlaces])]
    return {
      ...(identity.by === 'nobody' ? {} : { user: identity.name }),
      signedIn: identity.by === 'session',
      ...(role === undefined ? {} : { role }),
      permissions: allowed.filter((each) => identity.scopes?.includes(each) ?? true),
      version: productVersion(),
      project,
      projects: (await app.projects()).filter((name) => isSeen(reachOf(identity, name))),
    }
  }),

  implementServer(session.create, async ({ name, password }, { app, request, setCookie }) => {
    const { user, cookies } = await app.auth.signIn(
      name,
      password,
      request?.remoteAddress ?? 'local',
    )
    cookies.forEach(setCookie)
    return { user }
  }),

  implementServer(session.remove, async (_, { app, request, setCookie }) => {
    const cookies = await app.auth.signOut(request?.cookies ?? {})
    cookies.forEach(setCookie)
    return { done: true as const }
  }),

  implementServer(users.list, async (_, { app }) => ({
    users: [...(await app.auth.users.list())],
  })),

  implementServer(users.create, async ({ kind = 'person', ...rest }, context) => {
    const user = await context.app.auth.users.create({ kind, ...rest })
    await note(
      context,
      'users.create',
      user.name,
      `${rest.role ?? 'no role'} in ${rest.project ?? '*'}`,
    )
    return { user }
  }),

  implementServer(users.password, async ({ name, password }, context) => {
    await context.app.auth.users.setPassword(name, password)
    await note(context, 'users.password', name, '')
    return { done: true as const }
  }),

  implementServer(users.grant, async ({ name, project, role }, context) => {
    const user = await context.app.auth.users.grant(name, project, role)
    await note(context, 'users.grant', name, `${role ?? 'no role'} in ${project}`)
    return { user }
  }),

  implementServer(users.disable, async ({ name, disabled }, context) => {
    const user = await context.app.auth.users.setDisabled(name, disabled)
    await note(context, 'users.disable', name, disabled ? 'shut out' : 'let in')
    return { user }
  }),

  implementServer(groups.list, async (_, { app }) => ({
    groups: [...(await app.auth.groups.list())],
  })),

  implementServer(groups.create, async ({ name }, context) => {
    const group = await context.app.auth.groups.create(name)
    await note(context, 'groups.create', name, '')
    return { group }
  }),

  implementServer(groups.remove, async ({ name }, context) => {
    await context.app.auth.groups.remove(name)
    await note(context, 'groups.remove', name, '')
    return { done: true as const }
  }),

  implementServer(groups.member, async ({ name, user, member }, context) => {
    const group = await context.app.auth.groups.setMember(name, user, member)
    await note(context, 'groups.member', name, `${user} ${member ? 'taken in' : 'put out'}`)
    return { group }
  }),

  implementServer(groups.grant, async ({ name, project, role }, context) => {
    const group = await context.app.auth.groups.grant(name, project, role)
    await note(context, 'groups.grant', name, `${role ?? 'no role'} in ${project}`)
    return { group }
  }),

  implementServer(tokens.list, async (_, { app, identity, who }) => ({
    tokens: [...(await app.auth.tokens.list(mayManageUsers(identity.grants) ? undefined : who))],
  })),

  implementServer(tokens.create, async ({ user, ...rest }, context) => {
    const owner = user ?? context.who
    if (owner !== context.who) context.app.auth.authorize(context.identity, 'admin:users', '*')
    const made = await context.app.auth.tokens.create({ user: owner, ...rest })
    await note(context, 'tokens.create', made.record.id, `for ${owner}`)
    return made
  }),

  implementServer(tokens.revoke, async ({ id }, context) => {
    const { app, identity, who } = context
    await app.auth.tokens.revoke(id, mayManageUsers(identity.grants) ? undefined : who)
    await note(context, 'tokens.revoke', id, '')
    return { done: true as const }
  }),

  implementServer(audit.list, async (input, { app }) => {
    const { entries, next } = await app.auth.audit.list(input)
    return { entries: [...entries], ...(next === undefined ? {} : { next }) }
  }),

  implement(find.all, async ({ text }, { rooms }) => {
    const wanted = text.toLowerCase()
    const [datasets, experiments, models, endpoints, monitors, queues, runs, judged, prompts] =
      await Promise.all([
        rooms.lake.list(),
        rooms.tracking.experiments(),
        rooms.registry.models(),
        rooms.serving.listed(),
        rooms.monitoring.monitors(),
        rooms.labeling.queues(),
        findRuns(rooms, text),
        findEvaluationDatasets(rooms, text),
        rooms.registry.searchModels({ prompts: true, filter: promptFilter, limit: 1000 }),
      ])
    const found = [
      ...datasets.map((each) => ({
        kind: 'dataset',
        name: each.name,
        href: hrefOf('datasets', each.name),
      })),
      ...experiments.map((each) => ({
        kind: 'experiment',
        name: each.name,
        href: hrefOf('experiments', each.name),
      })),
      ...models.map((each) => ({
        kind: 'model',
        name: each.name,
        href: hrefOf('models', each.name),
      })),
      ...endpoints.map((each) => ({
        kind: 'endpoint',
        name: each.name,
        href: hrefOf('endpoints', each.name),
      })),
      ...monitors.map((each) => ({
        kind: 'monitor',
        name: each.name,
        href: hrefOf('monitors', each.name),
      })),
      ...queues.map((each) => ({
        kind: 'label queue',
        name: each.name,
        href: hrefOf('labeling', each.name),
      })),
      ...prompts.items.map((each) => ({
        kind: 'prompt',
        name: each.name,
        href: hrefOf('prompts', each.name),
      })),
    ]
    const named = found.filter((each) => each.name.toLowerCase().includes(wanted))
    return { found: [...named.slice(0, 50), ...judged, ...runs] }
  }),
]

/** Runs by a part of their name, or by their whole identifier, the newest first. */
async function findRuns(rooms: Rooms, text: string): Promise<Found[]> {
  if (text.trim() === '') return []
  const { items } = await rooms.tracking.search({
    filter: `run_name ILIKE ${quoted(`%${text}%`)} OR run_id = ${quoted(text)}`,
    limit: 10,
  })
  return items.map((each) => ({
    kind: 'run',
    name: `${each.name} in ${each.experiment}`,
    href: hrefOf('runs', each.id),
  }))
}

async function findEvaluationDatasets(rooms: Rooms, text: string): Promise<Found[]> {
  const filter = `name ILIKE ${quoted(`%${text}%`)}`
  const { items } = await rooms.tracking.searchEvaluationDatasets({ filter, limit: 10 })
  return items.map((each) => ({
    kind: 'evaluation data set',
    name: each.name,
    href: hrefOf('evaluation-datasets', each.id),
  }))
}

interface Found {
  readonly kind: string
  readonly name: string
  readonly href: string
}

function isSeen({ everywhere, places }: Reach): boolean {
  return everywhere !== undefined || places.length > 0
}

function mayManageUsers(grants: Readonly<Record<string, Role>>): boolean {
  return grants['*'] === 'admin'
}

function hrefOf(area: string, name: string): string {
  return `/${area}/${encodeURIComponent(name)}`
}

function note(
  { app, who }: ServerContext,
  what: string,
  object: string,
  detail: string,
): Promise<void> {
  return app.auth.audit.record({ who, what, object, detail })
}
