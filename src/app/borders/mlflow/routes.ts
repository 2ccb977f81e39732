import { json, page, type Route } from '#http'
import type { App } from '../../app.ts'
import { artifactRoutes } from './artifacts.ts'
import { assessmentRoutes } from './assessments.ts'
import { evaluationRoutes } from './evaluation.ts'
import { experimentRoutes } from './experiments.ts'
import { issueRoutes } from './issues.ts'
import { labelSchemaRoutes } from './label-schemas.ts'
import { loggedModelRoutes } from './logged-models.ts'
import { metricRoutes } from './metrics.ts'
import { oldTraceRoutes } from './old-traces.ts'
import { multipartRoutes } from './multipart.ts'
import { modelAliasRoutes } from './model-aliases.ts'
import { modelVersionRoutes } from './model-versions.ts'
import { notOfferedRoutes } from './not-offered.ts'
import { onlineScoringRoutes } from './online-scoring.ts'
import { registeredModelRoutes } from './registered-models.ts'
import { reviewQueueRoutes } from './review-queues.ts'
import { openRoutes, routesOf, type MlflowRoute } from './route.ts'
import { runRoutes } from './runs.ts'
import { traceMetricRoutes } from './trace-metrics.ts'
import { traceRoutes } from './traces.ts'
import { webhookRoutes } from './webhooks.ts'

/** The version of MLflow whose clients this speaks with. */
const spoken = '3.17.2'

const serverRoutes = [
  ...openRoutes({ path: '/version', alone: true }, () => page(spoken, 'text/plain; charset=utf-8')),
  ...openRoutes({ path: '3.0/mlflow/server-info' }, () => ({
    store_type: 'SqlStore',
    workspaces_enabled: false,
    trace_archival_enabled: false,
    multipart_uploads_enabled: false,
    multipart_downloads_enabled: false,
    presigned_upload_run_id_supported: false,
    presigned_upload_model_id_supported: false,
    features_enabled: { gateway: false },
  })),
]

/** Its own page asks in GraphQL; its clients never do. */
const graphql = (['GET', 'POST'] as const).map((method): MlflowRoute => ({
  method,
  path: '/graphql',
  alone: true,
  permission: 'tracking:read',
  run: () =>
    Promise.resolve(
      json(
        { error_code: 'NOT_IMPLEMENTED', message: 'GraphQL is not offered; use the REST API.' },
        501,
      ),
    ),
}))

/** MLflow's REST, for its clients of every language as they are. */
export function mlflowRoutes(app: App): readonly Route[] {
  const routes = [
    ...experimentRoutes,
    ...runRoutes,
    ...metricRoutes,
    ...artifactRoutes,
    ...multipartRoutes,
    ...loggedModelRoutes,
    ...registeredModelRoutes,
    ...modelAliasRoutes,
    ...modelVersionRoutes,
    ...traceMetricRoutes,
    ...traceRoutes,
    ...assessmentRoutes,
    ...oldTraceRoutes,
    ...graphql,
    ...webhookRoutes,
    ...evaluationRoutes,
    ...onlineScoringRoutes,
    ...issueRoutes,
    ...notOfferedRoutes,
    ...labelSchemaRoutes,
    ...reviewQueueRoutes,
  ]
  return [...serverRoutes, ...routes.flatMap((route) => routesOf(app, route))]
}
