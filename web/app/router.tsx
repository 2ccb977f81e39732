import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  type RouterHistory,
} from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ErrorState } from '../design/error-state.tsx'
import { Skeleton } from '../design/skeleton.tsx'
import { placeOfMlflow } from './mlflow-address.ts'
import { NotFound } from './not-found.tsx'
import { projectPart } from './place.ts'
import { Shell } from './shell.tsx'

const root = createRootRoute({
  beforeLoad: ({ location }) => {
    const place = location.pathname === '/' ? placeOfMlflow(location.hash) : undefined
    if (place !== undefined) redirect({ ...place, replace: true, throw: true })
  },
})
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
  page('/datasets', () => import('../pages/datasets/datasets-page.tsx'), 'DatasetsPage'),
  page('/datasets/$name', () => import('../pages/datasets/dataset-page.tsx'), 'DatasetPage'),
  page('/query', () => import('../pages/query/query-page.tsx'), 'QueryPage'),
  page('/runs', () => import('../pages/experiments/experiments-page.tsx'), 'ExperimentsPage'),
  page(
    '/experiments/$name',
    () => import('../pages/run-table/experiment-page.tsx'),
    'ExperimentPage',
  ),
  page('/runs/$id', () => import('../pages/run/run-page.tsx'), 'RunPage'),
  page('/compare', () => import('../pages/compare/compare-page.tsx'), 'ComparePage'),
  page('/traces', () => import('../pages/traces/traces-page.tsx'), 'TracesPage'),
  page('/traces/$id', () => import('../pages/traces/trace-page.tsx'), 'TracePage'),
  page(
    '/evaluation-datasets',
    () => import('../pages/evaluation-datasets/evaluation-datasets-page.tsx'),
    'EvaluationDatasetsPage',
  ),
  page(
    '/evaluation-datasets/$id',
    () => import('../pages/evaluation-datasets/evaluation-dataset-page.tsx'),
    'EvaluationDatasetPage',
  ),
  page(
    '/logged-models',
    () => import('../pages/logged-models/logged-models-page.tsx'),
    'LoggedModelsPage',
  ),
  page(
    '/logged-models/$id',
    () => import('../pages/logged-models/logged-model-page.tsx'),
    'LoggedModelPage',
  ),
  page('/prompts', () => import('../pages/prompts/prompts-page.tsx'), 'PromptsPage'),
  page('/prompts/$name', () => import('../pages/prompts/prompt-page.tsx'), 'PromptPage'),
  page('/models', () => import('../pages/models/models-page.tsx'), 'ModelsPage'),
  page('/models/$name', () => import('../pages/models/model-page.tsx'), 'ModelPage'),
  page('/models/$name/$version', () => import('../pages/models/version-page.tsx'), 'VersionPage'),
  page('/endpoints', () => import('../pages/endpoints/endpoints-page.tsx'), 'EndpointsPage'),
  page('/endpoints/$name', () => import('../pages/endpoints/endpoint-page.tsx'), 'EndpointPage'),
  page('/monitors', () => import('../pages/monitors/monitors-page.tsx'), 'MonitorsPage'),
  page('/monitors/$name', () => import('../pages/monitors/monitor-page.tsx'), 'MonitorPage'),
  page('/reports/$id', () => import('../pages/monitors/report-page.tsx'), 'ReportPage'),
  page('/labeling', () => import('../pages/labeling/queues-page.tsx'), 'QueuesPage'),
  page('/labeling/$name', () => import('../pages/labeling/queue-page.tsx'), 'QueuePage'),
  page('/pipeline', () => import('../pages/pipeline/pipeline-page.tsx'), 'PipelinePage'),
  page('/pipeline/stages/$name', () => import('../pages/pipeline/stage-page.tsx'), 'StagePage'),
  page(
    '/pipeline/attributions/$id',
    () => import('../pages/pipeline/attribution-page.tsx'),
    'AttributionPage',
  ),
  page('/jobs', () => import('../pages/jobs/jobs-page.tsx'), 'JobsPage'),
  page('/lineage', () => import('../pages/lineage/lineage-page.tsx'), 'LineagePage'),
  page('/policies', () => import('../pages/policies/policies-page.tsx'), 'PoliciesPage'),
  page('/settings', () => import('../pages/settings/settings-page.tsx'), 'SettingsPage'),
]

/** Whoever cuts the name off an experiment's address means all of them. */
const allExperiments = createRoute({
  getParentRoute: () => root,
  path: '/experiments',
  beforeLoad: () => redirect({ to: '/runs', replace: true, throw: true }),
})

const nowhere = createRoute({ getParentRoute: () => inside, path: '$', component: NotFound })

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
    routeTree: root.addChildren([inside.addChildren([...routes, nowhere]), allExperiments, signIn]),
    ...(history === undefined ? {} : { history }),
    basepath: projectPart || '/',
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
