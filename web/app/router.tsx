import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
} from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ErrorState } from '../design/error-state.tsx'
import { Skeleton } from '../design/skeleton.tsx'
import { NotFound } from './not-found.tsx'
import { Shell } from './shell.tsx'

const root = createRootRoute()
const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: Shell })

type PageModule = Readonly<Record<string, () => ReactNode>>

function page<Path extends string, Module extends PageModule>(
  path: Path,
  load: () => Promise<Module>,
  name: keyof Module & string,
) {
  return createRoute({
    getParentRoute: () => inside,
    path,
    component: lazyRouteComponent(load as () => Promise<PageModule>, name),
  })
}

const routes = [
  page('/', () => import('../pages/loop/loop-page.tsx'), 'LoopPage'),
  page('/endpoints', () => import('../pages/endpoints/endpoints-page.tsx'), 'EndpointsPage'),
  page('/endpoints/$name', () => import('../pages/endpoints/endpoint-page.tsx'), 'EndpointPage'),
]

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(
    () => import('../pages/sign-in/sign-in-page.tsx') as Promise<PageModule>,
    'SignInPage',
  ),
})

/** The pages under their addresses; the search part of an address stays plain text. */
export function makeRouter(history?: RouterHistory) {
  return createRouter({
    routeTree: root.addChildren([inside.addChildren(routes), signIn]),
    ...(history === undefined ? {} : { history }),
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const text = new URLSearchParams(search as Record<string, string>).toString()
      return text === '' ? '' : `?${text}`
    },
    scrollRestoration: true,
    defaultPendingComponent: () => <Skeleton lines={8} />,
    defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
    defaultNotFoundComponent: NotFound,
  })
}
